#include "train/narrow.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <map>
#include <numbers>

namespace emotion::train {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

/// Layers whose outputs are the same channels (they are added up), and the layers that read them.
struct Channels {
    std::vector<std::string> made_by, read_by;
};

/// Of the stem and the stages of a face_resnet; none of another network.
std::vector<Channels> channels_of(const Tensors& tensors) {
    auto is_there = [&](const std::string& layer) { return tensors.contains(layer + ".conv.weight"); };
    std::vector<Channels> all{{{"stem.0"}, {"stem.1"}}, {{"stem.1"}, {"stage8.down"}}};
    for (const int stride : {8, 16, 32}) {
        Channels stage{{fmt::format("stage{}.down", stride)}, {fmt::format("neck.{}", stride)}};
        if (stride < 32) stage.read_by.push_back(fmt::format("stage{}.down", 2 * stride));
        for (int block = 0; is_there(fmt::format("stage{}.{}.first", stride, block)); ++block) {
            const std::string name = fmt::format("stage{}.{}", stride, block);
            all.push_back({{name + ".first"}, {name + ".second"}});
            stage.made_by.push_back(name + ".second");
            stage.read_by.push_back(name + ".first");
        }
        all.push_back(std::move(stage));
    }
    std::erase_if(all, [&](const Channels& c) {
        return !std::ranges::all_of(c.made_by, is_there) || !std::ranges::all_of(c.read_by, is_there);
    });
    return all;
}

/// The variance of ReLU(x), x normal.
at::Tensor relu_variance(const at::Tensor& mean, const at::Tensor& deviation) {
    const at::Tensor z = mean / deviation;
    const at::Tensor below = 0.5 * (1 + at::erf(z / std::numbers::sqrt2));
    const at::Tensor density = at::exp(-z * z / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
    const at::Tensor first = mean * below + deviation * density;
    const at::Tensor second = (mean * mean + deviation * deviation) * below + mean * deviation * density;
    return (second - first * first).clamp_min(0);
}

/// (channels,) how much is heard of each.
at::Tensor heard(const Tensors& tensors, const Channels& channels) {
    auto tensor = [&](const std::string& layer, const char* name) { return tensors.at(layer + name).to(at::kDouble); };
    at::Tensor variance, gain;
    for (const std::string& layer : channels.made_by) {
        const at::Tensor deviation = tensor(layer, ".bn.weight").abs().clamp_min(1e-12);
        const at::Tensor one = relu_variance(tensor(layer, ".bn.bias"), deviation);
        variance = variance.defined() ? variance + one : one;
    }
    for (const std::string& layer : channels.read_by) {
        const at::Tensor scale = tensor(layer, ".bn.weight").square() / (tensor(layer, ".bn.running_var") + 1e-5);
        const at::Tensor one = (tensor(layer, ".conv.weight").square() * scale.view({-1, 1, 1, 1})).sum({0, 2, 3});
        gain = gain.defined() ? gain + one : one;
    }
    return variance * gain;
}

/// The places of the `count` largest, in rising order; of equal ones the first.
at::Tensor largest(const at::Tensor& values, std::int64_t count) {
    const at::Tensor order = std::get<1>(values.sort(/*stable=*/true, /*dim=*/0, /*descending=*/true));
    return std::get<0>(order.slice(0, 0, count).sort());
}

}  // namespace

nn::State narrowed(const nn::State& wide, const nn::State& narrow) {
    at::NoGradGuard no_grad;
    const Tensors before(wide.begin(), wide.end());
    const Tensors shapes(narrow.begin(), narrow.end());
    Tensors after = before;
    for (const Channels& channels : channels_of(before)) {
        const std::string first = channels.made_by.front() + ".conv.weight";
        const auto shape = shapes.find(first);
        if (shape == shapes.end() || shape->second.size(0) >= before.at(first).size(0)) continue;
        const at::Tensor kept = largest(heard(before, channels), shape->second.size(0));
        auto keep = [&](const std::string& name, int dimension) {
            at::Tensor& tensor = after.at(name);
            tensor = tensor.index_select(dimension, kept);
        };
        for (const std::string& layer : channels.made_by)
            for (const char* name : {".conv.weight", ".bn.weight", ".bn.bias", ".bn.running_mean", ".bn.running_var"})
                keep(layer + name, 0);
        for (const std::string& layer : channels.read_by) keep(layer + ".conv.weight", 1);
    }
    nn::State result;
    for (const auto& [name, tensor] : wide) result.emplace_back(name, after.at(name));
    return result;
}

}  // namespace emotion::train
