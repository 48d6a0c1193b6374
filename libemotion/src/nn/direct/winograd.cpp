#include "nn/direct/winograd.hpp"

#include <ATen/ATen.h>

#include <cmath>

namespace emotion::nn::direct {
namespace {

/// 36 floats for each pair of channels: 9 MB for 256 channels from 256.
constexpr std::int64_t kMostPairs = 256 * 256;
/// What a convolution costs was measured and is counted in multiplications of the plain kernel: one of a product with
/// its short sums, and a value's way through the transforms.
constexpr double kProductCost = 1.3;
constexpr double kValueCost = 14;

}  // namespace

bool can_winograd(const Step& step) {
    return step.kind == StepKind::conv && step.kernel == 3 && step.stride == 1 && step.groups == 1 &&
           step.inputs[0] != 0 && step.weight.size(0) * step.weight.size(1) <= kMostPairs;
}

bool worth_winograd(const Step& step, int height, int width) {
    auto tiles = [](int length) { return (length + kWinogradTile - 1) / kWinogradTile; };
    const double out = static_cast<double>(step.weight.size(0));
    const double in = static_cast<double>(step.weight.size(1));
    const double plain = 9.0 * height * width * in * out;
    const double parts = static_cast<double>(kWinogradParts) * tiles(height) * tiles(width);
    return parts * (kProductCost * in * out + kValueCost * (in + out)) < plain;
}

at::Tensor winograd_weights(const at::Tensor& weight) {
    const double r = std::sqrt(0.5);
    const double s = std::sqrt(2.0);
    // A row for each point p: 1, p, p * p over the product of its distances to the other points.
    const at::Tensor points = at::tensor({1.0, 0.0, 0.0,                     //
                                          -2.0 / 3, -2.0 / 3 * r, -1.0 / 3,  //
                                          -2.0 / 3, 2.0 / 3 * r, -1.0 / 3,   //
                                          1.0 / 6, s / 6, 1.0 / 3,           //
                                          1.0 / 6, -s / 6, 1.0 / 3,          //
                                          0.0, 0.0, 1.0},
                                         at::kDouble)
                                  .view({6, 3});
    const at::Tensor parts = points.matmul(weight.to(at::kDouble)).matmul(points.t());  // (out, in, 6, 6)
    return parts.permute({2, 3, 1, 0}).reshape({kWinogradParts, weight.size(1), weight.size(0)}).to(at::kFloat);
}

}  // namespace emotion::nn::direct
