#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "nn/architectures.hpp"
#include "nn/module.hpp"

/// Networks with random weights for the tests of the nn layer.
namespace emotion::nn {

/// A network as it is after training: running statistics and norms away from 0 and 1.
inline Module random_module(Graph graph) {
    Module module(std::move(graph));
    for (const auto& [name, tensor] : module.state()) {
        const at::Tensor values = tensor;
        if (name.ends_with(".running_var"))
            values.copy_(at::rand(values.sizes()) + 0.5);
        else if (name.ends_with(".running_mean") || name.ends_with(".bias"))
            values.copy_(at::randn(values.sizes()) * 0.2);
        else if (values.dim() == 1)
            values.copy_(at::rand(values.sizes()) * 0.5 + 0.5);
    }
    return module;
}

struct NetworkCase {
    std::string name;
    ArchitectureSpec spec;
    int channels = 3;
    int labels = 0;
    std::vector<std::vector<std::int64_t>> sizes;  ///< (n, height, width)
};

/// Every architecture of the library, with sizes whole and odd.
inline std::vector<NetworkCase> all_networks() {
    const std::vector<std::vector<std::int64_t>> any_size{{1, 64, 96}, {2, 61, 97}, {1, 160, 32}, {5, 33, 35}};
    return {
        {"retinaface, mobilenet", {"retinaface", {{"backbone", {0.25}}}}, 3, 0, any_size},
        {"retinaface, resnet50", {"retinaface", {{"backbone", {50}}}}, 3, 0, {{1, 64, 45}}},
        {"yunet n", {"yunet", {{"stages", {16, 64, 64, 64, 64, 64}}, {"shared_head", {1}}}}, 3, 0, any_size},
        {"yunet s", {"yunet", {{"stages", {16, 32, 64, 64, 64, 64}}, {"shared_head", {0}}}}, 3, 0, any_size},
        {"face_resnet",
         {"face_resnet", {{"widths", {16, 16, 32, 64, 64}}, {"blocks", {1, 2, 1}}, {"neck", {32}}}},
         3,
         0,
         any_size},
        {"face_resnet of uneven widths",
         {"face_resnet", {{"widths", {5, 12, 20, 24, 36}}, {"blocks", {0, 1, 1}}, {"neck", {18}}}},
         3,
         0,
         any_size},
        {"emotion_resnet",
         {"emotion_resnet", {{"widths", {32, 64, 128}}, {"blocks", {2}}, {"stem_stride", {2}}, {"dropout", {0.3}}}},
         1,
         8,
         {{1, 48, 48}, {7, 48, 48}, {33, 48, 48}, {2, 51, 29}}},
        {"emotion_resnet of uneven widths",
         {"emotion_resnet", {{"widths", {10, 24, 40}}, {"blocks", {1}}, {"stem_stride", {1}}, {"dropout", {0}}}},
         3,
         7,
         {{1, 48, 48}, {3, 20, 31}}},
        {"lenet48", {"lenet48", {}}, 1, 7, {{1, 48, 48}, {9, 48, 48}}},
        {"emotion_resnet of four stages",
         {"emotion_resnet", {{"widths", {32, 48, 64, 96}}, {"blocks", {1}}, {"stem_stride", {2}}, {"dropout", {0.3}}}},
         1,
         8,
         {{1, 48, 48}, {9, 48, 48}}},
    };
}

inline Module random_module(const NetworkCase& network) {
    return random_module(build_architecture(network.spec, network.channels, network.labels));
}

/// The largest difference of any output, as a share of the largest value (at least 1) of that output.
inline double worst_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
    if (a.size() != b.size()) return 1e9;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].sizes() != b[i].sizes()) return 1e9;
        const double scale = std::max(1.0, b[i].abs().max().item<double>());
        const double difference = (a[i] - b[i]).abs().max().item<double>() / scale;
        worst = difference >= worst ? difference : difference == difference ? worst : 1e9;  // NaN is the worst
    }
    return worst;
}

/// The largest root mean square difference of any output, as a share of that output's root mean square.
inline double mean_difference(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
    if (a.size() != b.size()) return 1e9;
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].sizes() != b[i].sizes()) return 1e9;
        const double share = (a[i] - b[i]).norm().item<double>() / b[i].norm().item<double>();
        worst = share >= worst ? share : share == share ? worst : 1e9;
    }
    return worst;
}

}  // namespace emotion::nn
