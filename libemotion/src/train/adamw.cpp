#include "train/adamw.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "base/check.hpp"

namespace emotion::train {

AdamW::AdamW(std::vector<at::Tensor> parameters, const Options& options)
    : parameters_(std::move(parameters)), options_(options) {
    at::NoGradGuard no_grad;
    for (const at::Tensor& parameter : parameters_) {
        first_.push_back(at::zeros_like(parameter));
        second_.push_back(at::zeros_like(parameter));
    }
}

void AdamW::step(double learning_rate) {
    at::NoGradGuard no_grad;
    ++steps_;
    const double correction1 = 1 - std::pow(options_.beta1, static_cast<double>(steps_));
    const double correction2 = 1 - std::pow(options_.beta2, static_cast<double>(steps_));
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        at::Tensor& parameter = parameters_[i];
        at::Tensor gradient = parameter.grad();
        if (!gradient.defined()) continue;
        if (parameter.dim() > 1 && options_.weight_decay > 0) parameter.mul_(1 - learning_rate * options_.weight_decay);
        first_[i].lerp_(gradient, 1 - options_.beta1);
        second_[i].mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);
        at::Tensor scale = (second_[i] / correction2).sqrt_().add_(options_.epsilon);
        parameter.addcdiv_(first_[i], scale, -learning_rate / correction1);
        parameter.mutable_grad() = at::Tensor();
    }
}

double AdamW::clip_gradients(double limit) {
    at::NoGradGuard no_grad;
    double squares = 0;
    for (const at::Tensor& parameter : parameters_)
        if (parameter.grad().defined()) {
            const double norm = parameter.grad().norm().item<double>();
            squares += norm * norm;
        }
    const double length = std::sqrt(squares);
    if (length > limit)
        for (const at::Tensor& parameter : parameters_)
            if (parameter.grad().defined()) parameter.grad().mul_(limit / length);
    return length;
}

nn::State AdamW::state(const std::string& prefix) const {
    nn::State result;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        result.emplace_back(fmt::format("{}first.{}", prefix, i), first_[i]);
        result.emplace_back(fmt::format("{}second.{}", prefix, i), second_[i]);
    }
    return result;
}

void AdamW::restore(const nn::State& saved, const std::string& prefix, std::int64_t steps) {
    at::NoGradGuard no_grad;
    std::size_t found = 0;
    for (const auto& [name, tensor] : state(prefix))
        for (const auto& [saved_name, values] : saved) {
            if (saved_name != name) continue;
            if (values.sizes() != tensor.sizes())
                fail(ErrorCode::model_format, "checkpoint: tensor '{}' has another shape than the network", name);
            at::Tensor(tensor).copy_(values);
            ++found;
            break;
        }
    if (found != 2 * parameters_.size())
        fail(ErrorCode::model_format, "checkpoint: {} of the optimiser's {} tensors are there", found,
             2 * parameters_.size());
    steps_ = steps;
}

}  // namespace emotion::train
