#pragma once

#include <cstdint>

#include "nn/module.hpp"

namespace emotion::train {

/// An exponential moving average of a network's tensors, running statistics of the batch norms included.
class WeightAverage {
public:
    /// Starts at the values of `state`. decay: in [0, 1); early steps use less, min(decay, (1 + n) / (10 + n)) at the
    /// n-th update, so that random first weights are forgotten.
    WeightAverage(const nn::State& state, double decay);

    /// average = decay * average + (1 - decay) * state. `state`: the same tensors in the same order.
    void update(const nn::State& state);

    const nn::State& state() const noexcept { return average_; }
    std::int64_t updates() const noexcept { return updates_; }
    /// Takes up an average saved after `updates` updates.
    void restore(const nn::State& average, std::int64_t updates);

private:
    nn::State average_;
    double decay_;
    std::int64_t updates_ = 0;
};

}  // namespace emotion::train
