#include "train/metrics.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"

using namespace emotion::train;

namespace {

// Three classes, the last without pictures. Of class 0 two of three are right, of class 1 one of two.
const at::Tensor& small_confusion() {
    static const at::Tensor confusion =
        confusion_matrix(at::tensor({0, 0, 0, 1, 1}, at::kLong), at::tensor({0, 0, 1, 1, 2}, at::kLong), 3);
    return confusion;
}

}  // namespace

TEST_CASE("confusion, accuracy, recall and macro F1 of a case done by hand") {
    CHECK(at::equal(small_confusion(), at::tensor({2, 1, 0, 0, 1, 1, 0, 0, 0}, at::kLong).view({3, 3})));
    CHECK(accuracy(small_confusion()) == Approx(3.0 / 5));
    CHECK(recalls(small_confusion())[0].item<double>() == Approx(2.0 / 3));
    CHECK(recalls(small_confusion())[1].item<double>() == Approx(0.5));
    CHECK(std::isnan(recalls(small_confusion())[2].item<double>()));
    // F1: class 0: 2*2/(3+2) = 0.8; class 1: 2*1/(2+2) = 0.5; class 2 has no pictures.
    CHECK(macro_f1(small_confusion()) == Approx(0.65));
}

TEST_CASE("an empty matrix gives 0") {
    at::Tensor empty = at::zeros({3, 3}, at::kLong);
    CHECK(accuracy(empty) == 0);
    CHECK(macro_f1(empty) == 0);
}

TEST_CASE("calibration error of a case done by hand") {
    // Two bins: (0.5, 1] holds 0.9 (right), 0.7 (wrong) and 0.6 (right): |2 - 2.2| / 3.
    at::Tensor p = at::tensor({0.9, 0.1, 0.3, 0.7, 0.6, 0.4}, at::kDouble).view({3, 2});
    at::Tensor truth = at::tensor({0, 0, 0}, at::kLong);
    CHECK(calibration_error(p, truth, 2) == Approx(0.2 / 3));
    // Ten bins: each picture alone in its bin: 0.1 + 0.7 + 0.4 over 3.
    CHECK(calibration_error(p, truth, 10) == Approx(1.2 / 3));
    CHECK(calibration_error(at::ones({2, 1}), at::zeros({2}, at::kLong)) == Approx(0).margin(1e-12));
}

TEST_CASE("the temperature found is the one that was put in") {
    at::manual_seed(3);
    at::Tensor logits = at::randn({20000, 4}) * 1.5;
    at::Tensor truth = at::multinomial(at::softmax(logits, 1), 1).squeeze(1);
    CHECK(fit_temperature(logits, truth) == Approx(1).margin(0.05));
    CHECK(fit_temperature(logits * 2, truth) == Approx(2).margin(0.1));
}

TEST_CASE("concordance: 1 for equal, -1 for opposite, less for a shifted or shrunken copy") {
    at::Tensor x = at::tensor({-1.0f, 0.0f, 1.0f, 2.0f});
    CHECK(concordance(x, x) == Approx(1));
    CHECK(concordance(x - 0.5, 0.5 - x) == Approx(-1));
    // Variance 1.25 each, covariance 1.25, means 1 apart: 2.5 / (2.5 + 1).
    CHECK(concordance(x, x + 1) == Approx(2.5 / 3.5));
    // Covariance 0.625, variances 1.25 and 0.3125, means 0.5 and 0.25.
    CHECK(concordance(x, x / 2) == Approx(1.25 / (1.5625 + 0.0625)));
    CHECK(concordance(at::ones({3}), at::ones({3})) == 0);
    CHECK(root_mean_square_error(x, x + 1) == Approx(1));
}
