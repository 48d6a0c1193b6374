#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "nn/direct/kernels.hpp"
#include "nn/program.hpp"

namespace emotion::nn::direct {

/// `count` rounded up to whole vectors of `width`.
inline int padded(int count, int width) {
    return (count + width - 1) / width * width;
}

/// The output channels that one call of Kernels::conv_row computes.
struct Block {
    int first_channel = 0;
    int vectors = 1;
};

/// Weights, biases and slopes in the order in which the kernels read them; output channels padded with zeros.
struct Packed {
    int in_channels = 0;              ///< dense: real ones, without padding
    int out_channels = 0;             ///< padded
    std::vector<Block> blocks;        ///< dense only
    const float* weights = nullptr;   ///< dense: for each block [kernel][kernel][in][vectors * width]; depthwise
                                      ///< [kernel][kernel][out]
    const float* bias = nullptr;      ///< [out]
    const float* slope = nullptr;     ///< [out]
    const float* winograd = nullptr;  ///< where can_winograd: for each block [36][in][vectors * width]
    std::vector<at::Tensor> memory;   ///< of all of them
};

Packed pack(const Step& step, int width);

/// Weights, bias, slope and order of a dense step for one block of its channels.
void set_block(ConvRow& row, const Packed& packed, const Block& block, const Step& step);

}  // namespace emotion::nn::direct
