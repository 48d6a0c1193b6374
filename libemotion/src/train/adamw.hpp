#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "nn/module.hpp"

namespace emotion::train {

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101). Vectors (biases and the tensors of
/// norms) are not decayed.
class AdamW {
public:
    struct Options {
        double beta1 = 0.9;
        double beta2 = 0.999;
        double epsilon = 1e-8;
        double weight_decay = 0.02;
    };

    /// parameters: leaves whose gradients `step` reads; they share memory with the network.
    AdamW(std::vector<at::Tensor> parameters, const Options& options);

    /// Moves the parameters by their gradients and clears these. A parameter without a gradient stays.
    void step(double learning_rate);
    /// Scales the gradients so that their common length is at most `limit`; gives the length before.
    double clip_gradients(double limit);

    std::int64_t steps() const noexcept { return steps_; }
    /// The moments, named prefix + "first.N" and prefix + "second.N"; for a checkpoint.
    nn::State state(const std::string& prefix) const;
    /// Takes up saved moments: reads the tensors of these names from `saved`, leaves the others alone.
    void restore(const nn::State& saved, const std::string& prefix, std::int64_t steps);

private:
    std::vector<at::Tensor> parameters_;
    std::vector<at::Tensor> first_;
    std::vector<at::Tensor> second_;
    Options options_;
    std::int64_t steps_ = 0;
};

}  // namespace emotion::train
