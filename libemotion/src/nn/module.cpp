#include "nn/module.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "base/check.hpp"

namespace emotion::nn {
namespace {

bool is_running(const std::string& name) {
    return name.ends_with(".running_mean") || name.ends_with(".running_var");
}

at::Tensor activate(const Node& node, const at::Tensor& x) {
    return node.activation == Activation::relu ? at::relu(x) : at::leaky_relu(x, node.value);
}

}  // namespace

Module::Module(Graph graph) : graph_(std::move(graph)) {
    auto add = [this](const std::string& name, at::Tensor tensor) {
        position_[name] = state_.size();
        state_.emplace_back(name, std::move(tensor));
    };
    for (const Node& node : graph_.nodes()) {
        if (node.op == Op::conv) {
            const double fan_out = static_cast<double>(node.out_channels / node.groups) * node.kernel * node.kernel;
            add(node.name + ".weight",
                at::randn({node.out_channels, node.in_channels / node.groups, node.kernel, node.kernel})
                    .mul_(std::sqrt(2.0 / fan_out)));
            if (node.bias) add(node.name + ".bias", at::zeros({node.out_channels}));
        } else if (node.op == Op::linear) {
            add(node.name + ".weight",
                at::randn({node.out_channels, node.in_channels}).mul_(1.0 / std::sqrt(node.in_channels)));
            add(node.name + ".bias", at::zeros({node.out_channels}));
        } else if (node.op == Op::batch_norm) {
            add(node.name + ".weight", at::ones({node.out_channels}));
            add(node.name + ".bias", at::zeros({node.out_channels}));
            add(node.name + ".running_mean", at::zeros({node.out_channels}));
            add(node.name + ".running_var", at::ones({node.out_channels}));
        }
    }
}

const at::Tensor& Module::tensor(const std::string& node_name, const char* which) const {
    return state_[position_.at(node_name + "." + which)].second;
}

std::vector<at::Tensor> Module::forward(const at::Tensor& x) const {
    const double momentum = 0.1;
    const std::vector<Node>& nodes = graph_.nodes();
    std::vector<at::Tensor> results(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Node& node = nodes[i];
        auto in = [&](std::size_t k) -> const at::Tensor& { return results[static_cast<std::size_t>(node.inputs[k])]; };
        switch (node.op) {
            case Op::input:
                results[i] = x;
                break;
            case Op::conv:
                results[i] =
                    at::conv2d(in(0), tensor(node.name, "weight"), node.bias ? tensor(node.name, "bias") : at::Tensor(),
                               {node.stride, node.stride}, {node.padding, node.padding}, {1, 1}, node.groups);
                break;
            case Op::batch_norm:
                results[i] = at::batch_norm(in(0), tensor(node.name, "weight"), tensor(node.name, "bias"),
                                            tensor(node.name, "running_mean"), tensor(node.name, "running_var"),
                                            training_, momentum, node.value, false);
                break;
            case Op::activation:
                results[i] = activate(node, in(0));
                break;
            case Op::add:
                results[i] = in(0) + in(1);
                break;
            case Op::concat: {
                std::vector<at::Tensor> parts;
                for (std::size_t k = 0; k < node.inputs.size(); ++k) parts.push_back(in(k));
                results[i] = at::cat(parts, 1);
                break;
            }
            case Op::max_pool:
                results[i] = at::max_pool2d(in(0), {node.kernel, node.kernel}, {node.stride, node.stride},
                                            {node.padding, node.padding});
                break;
            case Op::upsample_like:
                results[i] = at::upsample_nearest2d(in(0), {in(1).size(2), in(1).size(3)});
                break;
            case Op::global_average_pool:
                results[i] = in(0).mean({2, 3});
                break;
            case Op::flatten:
                results[i] = in(0).flatten(1);
                break;
            case Op::dropout:
                results[i] = at::dropout(in(0), node.value, training_);
                break;
            case Op::linear:
                results[i] = at::linear(in(0), tensor(node.name, "weight"), tensor(node.name, "bias"));
                break;
        }
    }
    std::vector<at::Tensor> outputs;
    for (const auto& [name, value] : graph_.outputs()) outputs.push_back(results[static_cast<std::size_t>(value)]);
    return outputs;
}

std::vector<at::Tensor> Module::parameters() const {
    std::vector<at::Tensor> result;
    for (const auto& [name, tensor] : state_)
        if (!is_running(name)) result.push_back(tensor);
    return result;
}

std::int64_t Module::parameter_count() const {
    std::int64_t count = 0;
    for (const at::Tensor& tensor : parameters()) count += tensor.numel();
    return count;
}

State Module::state() const {
    return state_;
}

void Module::load(const State& state) {
    at::NoGradGuard no_grad;
    std::vector<bool> seen(state_.size(), false);
    for (const auto& [name, values] : state) {
        auto found = position_.find(name);
        if (found == position_.end())
            fail(ErrorCode::model_format, "model: the weights hold a tensor '{}' that the architecture does not have",
                 name);
        at::Tensor& own = state_[found->second].second;
        if (own.sizes() != values.sizes())
            fail(ErrorCode::model_format, "model: tensor '{}' has shape [{}], expected [{}]", name,
                 fmt::join(values.sizes(), ", "), fmt::join(own.sizes(), ", "));
        own.copy_(values);
        seen[found->second] = true;
    }
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (!seen[i]) fail(ErrorCode::model_format, "model: the weights lack the tensor '{}'", state_[i].first);
}

void Module::to(c10::Device device, at::ScalarType dtype) {
    at::NoGradGuard no_grad;
    for (auto& [name, tensor] : state_) tensor = tensor.to(device, dtype).detach();
}

void Module::set_requires_grad(bool on) {
    for (auto& [name, tensor] : state_)
        if (!is_running(name)) tensor.set_requires_grad(on);
}

}  // namespace emotion::nn
