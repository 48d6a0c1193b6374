#include "train/emotion_loss.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"
#include "train/metrics.hpp"

using namespace emotion::train;

TEST_CASE("soft cross entropy: entropy of the target at its best, pictures without weight do not count") {
    at::Tensor target = at::tensor({0.75f, 0.25f, 1.0f, 0.0f}).view({2, 2});
    at::Tensor logits = at::log(at::tensor({0.75f, 0.25f, 0.5f, 0.5f}).view({2, 2}));
    const double entropy = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
    CHECK(soft_cross_entropy(logits, target, at::tensor({1.0f, 0.0f}), 0).item<double>() == Approx(entropy));
    CHECK(soft_cross_entropy(logits, target, at::tensor({1.0f, 1.0f}), 0).item<double>() ==
          Approx((entropy + std::log(2.0)) / 2));
    CHECK(soft_cross_entropy(logits, target, at::zeros({2}), 0).item<double>() == 0);
}

TEST_CASE("smoothing takes a share of the target to all classes") {
    at::Tensor target = at::tensor({1.0f, 0.0f}).view({1, 2});
    at::Tensor logits = at::log(at::tensor({0.9f, 0.1f}).view({1, 2}));
    CHECK(soft_cross_entropy(logits, target, at::ones({1}), 0.2).item<double>() ==
          Approx(-0.9 * std::log(0.9) - 0.1 * std::log(0.1)));
}

TEST_CASE("class balance: pictures of rare classes count more, on average 1, pictures without weight 1") {
    // Three pictures of class 0, one of class 1, one without weight.
    at::Tensor target = at::tensor({1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f}).view({5, 2});
    at::Tensor weight = at::tensor({1.0f, 0.5f, 1.0f, 2.0f, 0.0f});
    at::Tensor full = class_balance(target, weight, 1);
    // 1/3 three times and 1 once, over their mean 1/2.
    CHECK(at::allclose(full, at::tensor({2.0f / 3, 2.0f / 3, 2.0f / 3, 2.0f, 1.0f})));
    at::Tensor half = class_balance(target, weight, 0.5);
    CHECK((half[3] / half[0]).item<double>() == Approx(std::sqrt(3.0)));
    CHECK(half.narrow(0, 0, 4).mean().item<double>() == Approx(1));
    CHECK(at::allclose(class_balance(target, weight, 0), at::ones({5})));
    // A vote for each counts as half of each.
    at::Tensor mixed = at::tensor({1.0f, 0.0f, 0.5f, 0.5f}).view({2, 2});
    at::Tensor factors = class_balance(mixed, at::ones({2}), 1);
    CHECK((factors[1] / factors[0]).item<double>() == Approx((0.5 / 1.5 + 0.5 / 0.5) / (1 / 1.5)));
}

TEST_CASE("the concordance loss is 1 minus the concordance, weights count, and its gradient is finite") {
    at::manual_seed(1);
    at::Tensor said = at::randn({12, 2});
    at::Tensor truth = said * 0.5 + at::randn({12, 2}) * 0.3;
    const double expected =
        1 -
        (concordance(said.select(1, 0), truth.select(1, 0)) + concordance(said.select(1, 1), truth.select(1, 1))) / 2;
    CHECK(concordance_loss(said, truth, at::ones({12})).item<double>() == Approx(expected).epsilon(1e-4));
    at::Tensor half = at::cat({at::ones({6}), at::zeros({6})});
    CHECK(concordance_loss(said, truth, half).item<double>() ==
          Approx(concordance_loss(said.narrow(0, 0, 6), truth.narrow(0, 0, 6), at::ones({6})).item<double>()));
    at::Tensor constant = at::zeros({4, 2}).set_requires_grad(true);
    concordance_loss(constant, at::zeros({4, 2}), at::ones({4})).backward();
    CHECK(constant.grad().isfinite().all().item<bool>());
}
