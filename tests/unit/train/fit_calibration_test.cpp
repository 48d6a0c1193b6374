#include "train/fit_calibration.hpp"

#include <ATen/ATen.h>

#include "support/catch.hpp"
#include "train/emotion_predict.hpp"

using namespace emotion;

namespace {

at::Tensor matrix(const std::vector<std::vector<double>>& rows) {
    std::vector<at::Tensor> tensors;
    for (const std::vector<double>& row : rows) tensors.push_back(at::tensor(row));
    return at::stack(tensors);
}

/// (n, k) logarithms of probabilities.
at::Tensor drawn(std::int64_t n, std::int64_t k) {
    return at::log_softmax(2 * at::randn({n, k}, at::kDouble), 1);
}

double distance(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

}  // namespace

TEST_CASE("without pictures the fit is its prior, and with few it stays near") {
    const Calibration none = train::fit_calibration(at::zeros({0, 3}, at::kDouble), at::zeros({0, 3}, at::kDouble));
    CHECK(matrix(none.weights).equal(at::eye(3, at::kDouble)));
    CHECK(none.bias == std::vector<double>{0, 0, 0});
    at::manual_seed(1);
    const at::Tensor z = drawn(1, 3);
    const Calibration one = train::fit_calibration(z, at::tensor({0.0, 1.0, 0.0}).unsqueeze(0).to(at::kDouble));
    CHECK(one.bias[1] > 0);
    CHECK(one.bias[1] < 1);
    CHECK(one.bias[0] < 0);
}

TEST_CASE("the fit finds the map that many pictures' labels follow") {
    at::manual_seed(2);
    const Calibration truth{.weights = {{0.5, 0.3, 0}, {-0.2, 1.5, 0.1}, {0, 0, 0.8}}, .bias = {1, -0.5, 0.2}};
    const at::Tensor z = drawn(20'000, 3);
    const at::Tensor targets = train::probabilities_of(z, &truth);  // votes without noise
    const Calibration fitted = train::fit_calibration(z, targets);
    CHECK(distance(train::probabilities_of(z, &fitted), targets) < 5e-3);
    const at::Tensor labels = at::one_hot(at::multinomial(targets, 1).squeeze(1), 3).to(at::kDouble);
    const Calibration noisy = train::fit_calibration(z, labels);
    CHECK((train::probabilities_of(z, &noisy) - targets).abs().mean().item<double>() < 0.02);
}

TEST_CASE("at the fit the gradient of loss and prior is zero") {
    at::manual_seed(3);
    const at::Tensor z = drawn(200, 8);
    const at::Tensor weight = at::rand({200, 1}, at::kDouble) * 3;
    const at::Tensor targets = at::one_hot(at::randint(8, {200}), 8).to(at::kDouble) * weight;
    const Calibration fitted = train::fit_calibration(z, targets);
    const at::Tensor residual = train::probabilities_of(z, &fitted) * weight - targets;
    const at::Tensor by_weights = at::mm(residual.t(), z) + matrix(fitted.weights) - at::eye(8, at::kDouble);
    const at::Tensor by_bias = residual.sum(0) + at::tensor(fitted.bias);
    CHECK(by_weights.abs().max().item<double>() < 1e-6);
    CHECK(by_bias.abs().max().item<double>() < 1e-6);
}

TEST_CASE("a class that is always right and very unlikely logarithms do not stop the fit") {
    at::Tensor z = at::full({40, 3}, -200, at::kDouble);
    z.select(1, 0).fill_(0);
    at::Tensor targets = at::zeros({40, 3}, at::kDouble);
    targets.select(1, 2).fill_(1);
    const Calibration fitted = train::fit_calibration(z, targets);
    const at::Tensor said = train::probabilities_of(z, &fitted);
    CHECK(said.isfinite().all().item<bool>());
    CHECK(said.argmax(1).eq(2).all().item<bool>());
}
