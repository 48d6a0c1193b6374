#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <memory>
#include <vector>

#include "nn/program.hpp"

namespace emotion::nn {

/// Runs a program with LibTorch's operators, channels_last: bfloat16 on the processor, through oneDNN's fused
/// convolutions where this LibTorch has them; f32 or f16 on CUDA; and f32 where DirectEngine lacks a step.
class TorchEngine {
public:
    TorchEngine(Program program, c10::Device device, at::ScalarType dtype);
    ~TorchEngine();
    TorchEngine(TorchEngine&&) noexcept;
    TorchEngine& operator=(TorchEngine&&) noexcept;

    /// x: (n, c, h, w) f32 on the processor. Results as Executor::forward gives them.
    std::vector<at::Tensor> forward(const at::Tensor& x) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emotion::nn
