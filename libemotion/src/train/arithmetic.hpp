#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <string>
#include <vector>

#include "emotion/device.hpp"
#include "nn/module.hpp"

namespace emotion::train {

/// Where and in which type a loop computes.
struct Arithmetic {
    c10::Device device{c10::kCPU};  ///< of the weights, what belongs to them, and the batches
    bool bf16 = false;              ///< the network's forward pass in bfloat16; weights, losses, steps stay f32
};

/// Throws Error{invalid_argument} for another precision than f32 and bf16. `who` begins the messages.
void require_training_precision(const char* who, Precision precision);

/// From a trainer's options. Throws Error{unsupported} for a device that is not there and for bf16 on a processor
/// without it, Error{invalid_argument} for a device of no known name.
Arithmetic resolve_arithmetic(const char* who, const std::string& device, Precision precision);

/// A network with random weights; they are drawn on the CPU, so that they are the same on every device.
nn::Module make_module(const nn::Graph& graph, c10::Device device);

/// The outputs of a network that is trained, f32, on its device, with gradients. x: f32 on any device. With bf16 as
/// LibTorch's autocast does it: convolutions and products take bfloat16 copies of their operands.
std::vector<at::Tensor> forward(const nn::Module& module, const at::Tensor& x, const Arithmetic& arithmetic);

}  // namespace emotion::train
