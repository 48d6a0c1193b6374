#pragma once

#include <ATen/core/Tensor.h>

#include "nn/program.hpp"

namespace emotion::nn {

/// oneDNN's convolution with addition and activation in one call, as LibTorch offers it to its own compiler. The
/// operators are no stable interface: they are asked for by name once and left alone where this LibTorch lacks them or
/// has them with other arguments.
class FusedConvolution {
public:
    FusedConvolution() = default;  ///< not available
    /// step: a convolution whose weights are on the processor in the type of the activations.
    explicit FusedConvolution(const Step& step);

    bool available() const noexcept { return weight_.defined(); }
    /// activation(conv(x) + added); added may be undefined.
    at::Tensor run(const at::Tensor& x, const at::Tensor& added, float slope) const;

private:
    at::Tensor weight_;  // as oneDNN wants it
    at::Tensor bias_;
    int stride_ = 1;
    int padding_ = 0;
    int groups_ = 1;
};

}  // namespace emotion::nn
