#include "train/averaging.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "base/check.hpp"

namespace emotion::train {
namespace {

std::vector<at::Tensor> tensors_of(const nn::State& state) {
    std::vector<at::Tensor> result;
    for (const auto& [name, tensor] : state) result.push_back(tensor);
    return result;
}

}  // namespace

WeightAverage::WeightAverage(const nn::State& state, double decay) : decay_(decay) {
    require(decay >= 0 && decay < 1, "WeightAverage: decay must be in [0, 1), got {}", decay);
    for (const auto& [name, tensor] : state) average_.emplace_back(name, tensor.detach().clone());
}

void WeightAverage::update(const nn::State& state) {
    at::NoGradGuard no_grad;
    const auto n = static_cast<double>(updates_++);
    const double decay = std::min(decay_, (1 + n) / (10 + n));
    at::_foreach_lerp_(tensors_of(average_), tensors_of(state), 1 - decay);
}

void WeightAverage::restore(const nn::State& average, std::int64_t updates) {
    at::NoGradGuard no_grad;
    require(average.size() == average_.size(), "WeightAverage: got {} tensors, expected {}", average.size(),
            average_.size());
    for (auto& [name, own] : average_) {
        auto same = [&own_name = name](const auto& entry) { return entry.first == own_name; };
        auto found = std::find_if(average.begin(), average.end(), same);
        require(found != average.end() && found->second.sizes() == own.sizes(),
                "WeightAverage: the tensor '{}' is missing or has another shape", name);
        own.copy_(found->second);
    }
    updates_ = updates;
}

}  // namespace emotion::train
