#include "train/adamw.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"

using namespace emotion;

namespace {

at::Tensor parameter(const at::Tensor& values) {
    return values.clone().set_requires_grad(true);
}

/// One step on the loss sum(x^2) / 2, whose gradient is x.
void descend(train::AdamW& optimizer, const at::Tensor& x, double rate) {
    (x.square().sum() / 2).backward();
    optimizer.step(rate);
}

}  // namespace

TEST_CASE("two steps of AdamW are those of the paper's algorithm 2") {
    at::Tensor x = parameter(at::tensor({1.0f, -2.0f}).view({1, 2}));
    train::AdamW optimizer({x}, {.weight_decay = 0.1});
    double value = 1, m = 0, v = 0;
    for (int t = 1; t <= 2; ++t) {
        const double gradient = value;
        m = 0.9 * m + 0.1 * gradient;
        v = 0.999 * v + 0.001 * gradient * gradient;
        const double step = (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
        value = value - 0.01 * (step + 0.1 * value);
        descend(optimizer, x, 0.01);
    }
    CHECK(x[0][0].item<float>() == Approx(value).epsilon(1e-5));
    CHECK(optimizer.steps() == 2);
    CHECK_FALSE(x.grad().defined());
}

TEST_CASE("vectors are not decayed, matrices are") {
    at::Tensor bias = parameter(at::ones({2}));
    at::Tensor weight = parameter(at::ones({2, 2}));
    train::AdamW optimizer({bias, weight}, {.weight_decay = 0.5});
    ((bias * 0).sum() + (weight * 0).sum()).backward();
    optimizer.step(0.1);
    CHECK(bias[0].item<float>() == Approx(1.0f));
    CHECK(weight[0][0].item<float>() == Approx(0.95f));
}

TEST_CASE("a restored optimiser goes on like the one that was saved") {
    at::Tensor a = parameter(at::arange(6, at::kFloat).view({2, 3}));
    train::AdamW first({a}, {});
    for (int i = 0; i < 3; ++i) descend(first, a, 0.1);
    at::Tensor b = parameter(a.detach());
    train::AdamW second({b}, {});
    nn::State saved;
    for (const auto& [name, tensor] : first.state("o/")) saved.emplace_back(name, tensor.clone());
    second.restore(saved, "o/", first.steps());
    descend(first, a, 0.1);
    descend(second, b, 0.1);
    CHECK(at::equal(a, b));
    CHECK(error_message(ErrorCode::model_format, [&] { second.restore({}, "o/", 1); }).find("0 of the optimiser's 2") !=
          std::string::npos);
}

TEST_CASE("clipping brings the gradients' common length to the limit and leaves short ones") {
    at::Tensor x = parameter(at::tensor({3.0f, 4.0f}));
    train::AdamW optimizer({x}, {});
    (x.square().sum() / 2).backward();
    CHECK(optimizer.clip_gradients(10) == Approx(5));
    CHECK(x.grad().norm().item<double>() == Approx(5));
    CHECK(optimizer.clip_gradients(1) == Approx(5));
    CHECK(x.grad().norm().item<double>() == Approx(1));
}
