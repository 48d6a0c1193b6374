#pragma once

#include <limits>

#include "nn/module.hpp"
#include "train/checkpoint.hpp"

namespace emotion::train {

/// The weights of the epoch with the smallest validation figure so far, for an early stop.
class BestEpoch {
public:
    /// figure: the smaller, the better; NaN is the worst. epoch: from 1. Keeps a copy of the weights if it is better
    /// than all before, or the first.
    void offer(int epoch, double figure, const nn::State& weights);

    /// 0 before the first offer.
    int epoch() const noexcept { return epoch_; }
    const nn::State& weights() const noexcept { return weights_; }

    /// Into a checkpoint, and back exactly. Throws Error{model_format} for a checkpoint without it.
    void save(Checkpoint& checkpoint) const;
    void restore(const Checkpoint& checkpoint);

private:
    int epoch_ = 0;
    double figure_ = std::numeric_limits<double>::infinity();
    nn::State weights_;
};

}  // namespace emotion::train
