#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <memory>
#include <vector>

#include "nn/input_rows.hpp"
#include "nn/module.hpp"

namespace emotion::nn {

/// The inference form of a network, made from its module once (see docs/decisions/0002-compiled-networks.md): a
/// program (program.hpp) with the engine that runs it fastest on the device in the type asked for.
class CompiledNetwork {
public:
    /// The module must be in evaluation mode, on the CPU, in f32; it is not needed afterwards.
    CompiledNetwork(const Module& module, c10::Device device, at::ScalarType dtype);
    ~CompiledNetwork();
    CompiledNetwork(CompiledNetwork&&) noexcept;
    CompiledNetwork& operator=(CompiledNetwork&&) noexcept;

    /// x: (n, c, h, w) f32 on the CPU or the network's device. Outputs on the CPU, f32, in the graph's order; maps and
    /// vectors may be slices of one tensor. Two threads may call it at once.
    std::vector<at::Tensor> forward(const at::Tensor& x) const;
    std::vector<at::Tensor> forward(const InputRows& input) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emotion::nn
