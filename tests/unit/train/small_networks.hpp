#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "nn/architectures.hpp"

namespace test_networks {

namespace nn = emotion::nn;

inline nn::Module emotion_network(std::vector<double> widths) {
    return nn::Module(nn::build_architecture(
        {"emotion_resnet", {{"widths", std::move(widths)}, {"blocks", {2}}, {"stem_stride", {2}}, {"dropout", {0.3}}}},
        1, 8));
}

inline nn::Module face_network(std::vector<double> widths, double neck) {
    return nn::Module(nn::build_architecture(
        {"face_resnet", {{"widths", std::move(widths)}, {"blocks", {1, 1, 1}}, {"neck", {neck}}}}, 3, 0));
}

/// Norms as after training, not 1 and 0.
inline void vary_norms(const nn::Module& module) {
    for (const auto& [name, tensor] : module.state())
        if (tensor.dim() == 1) tensor.uniform_(0.5, 1.5);
}

/// Over all outputs, as a share of the largest value of each.
inline double largest_difference(const nn::Module& a, const nn::Module& b, const at::Tensor& x) {
    const auto ours = a.forward(x);
    const auto theirs = b.forward(x);
    double largest = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const double scale = ours[i].abs().max().item<double>();
        largest = std::max(largest, (ours[i] - theirs[i]).abs().max().item<double>() / scale);
    }
    return largest;
}

}  // namespace test_networks
