#pragma once

#include <ATen/core/Tensor.h>

#include "nn/program.hpp"

/// Convolutions of 3 x 3 taps in fewer multiplications: Winograd's F(4 x 4, 3 x 3) as Lavin and Gray 2015 (arXiv
/// 1509.09308) describe it. A tile of 6 x 6 input pixels becomes 36 values for each channel, these are multiplied by
/// the 36 matrices (in, out) that the weights became, and the products become 4 x 4 pixels of the result: 36
/// multiplications for each pair of channels instead of 144. The points are 0, +-sqrt(1/2), +-sqrt(2) and infinity.
namespace emotion::nn::direct {

constexpr int kWinogradTile = 4;    ///< px, of the result
constexpr int kWinogradPatch = 6;   ///< px, of the input
constexpr int kWinogradParts = 36;  ///< values of a patch, each with a matrix of weights

/// Whether a step can be done so, at any size: a dense 3 x 3 convolution of stride 1 behind another step whose weights
/// do not become too many.
bool can_winograd(const Step& step);

/// Whether that is the quicker way to a result of this size.
bool worth_winograd(const Step& step, int height, int width);

/// (out, in, 3, 3) to (36, in, out), computed in double.
at::Tensor winograd_weights(const at::Tensor& weight);

}  // namespace emotion::nn::direct
