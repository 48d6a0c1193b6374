#include "train/emotion_judge.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"
#include "train/metrics.hpp"

using namespace emotion;

namespace {

/// Four pictures: classes 0, 1, 1 (not clear) and one without a majority; the last two with valence and arousal.
train::EmotionSamples four_samples() {
    train::EmotionSamples s;
    s.pixels = at::zeros({4, 1, 48, 48}, at::kByte);
    s.classes = at::zeros({4, 8});
    s.classes[0][0] = s.classes[1][1] = s.classes[2][1] = 1;
    s.class_weight = at::tensor({1.0f, 1.0f, 1.0f, 0.0f});
    s.majority = at::tensor({0, 1, 1, -1}, at::kLong);
    s.clear = at::tensor({1, 1, 0, 0}).to(at::kBool);
    s.va = at::tensor({0.0f, 0.0f, 0.0f, 0.0f, 0.5f, 0.1f, -0.5f, 0.3f}).view({4, 2});
    s.va_weight = at::tensor({0.0f, 0.0f, 1.0f, 1.0f});
    return s;
}

train::EmotionOutputs four_outputs() {
    train::EmotionOutputs outputs;
    outputs.logits = at::zeros({4, 8});
    outputs.logits[0][0] = outputs.logits[1][1] = outputs.logits[2][3] = outputs.logits[3][2] = 8;
    outputs.va = at::atanh(four_samples().va);
    return outputs;
}

}  // namespace

TEST_CASE("figures of four pictures done by hand") {
    const EmotionEvaluation e = train::judge(four_outputs(), 1, four_samples());
    CHECK(e.class_count == 3);
    CHECK(e.accuracy == Approx(2.0 / 3));
    CHECK(e.confusion[1][1] == 1);
    CHECK(e.confusion[1][3] == 1);
    CHECK(e.recall[1] == Approx(0.5));
    CHECK(std::isnan(e.recall[7]));
    CHECK(e.macro_f1 == Approx((1 + 2.0 / 3) / 2));
    CHECK(e.clear_count == 2);
    CHECK(e.clear_accuracy == Approx(1));
    CHECK(e.va_count == 2);
    REQUIRE(e.valence);
    CHECK(e.valence->ccc == Approx(1).epsilon(1e-4));
    CHECK(e.arousal->rmse == Approx(0).margin(1e-5));
    CHECK(e.json().find("\"contempt\": null") != std::string::npos);
}

TEST_CASE("a network without the head of valence and arousal is judged by classes only") {
    train::EmotionOutputs outputs = four_outputs();
    outputs.va = at::Tensor();
    const EmotionEvaluation e = train::judge(outputs, 1, four_samples());
    CHECK_FALSE(e.valence);
    CHECK(e.va_count == 0);
    CHECK(e.accuracy == Approx(2.0 / 3));
}

TEST_CASE("the class loss counts labelled pictures only") {
    train::EmotionOutputs outputs = four_outputs();
    outputs.logits.zero_();
    CHECK(train::class_loss(outputs, four_samples()) == Approx(std::log(8.0)));
}

TEST_CASE("the correction finds the scale that regression lost") {
    at::manual_seed(4);
    train::EmotionSamples s;
    const std::int64_t n = 400;
    s.pixels = at::zeros({n, 1, 1, 1}, at::kByte);
    s.va = at::rand({n, 2}) * 1.6 - 0.8;
    s.va_weight = at::ones({n});
    train::EmotionOutputs outputs;
    outputs.va = (at::atanh(s.va) - 0.1) / 1.5;
    const train::VaCorrection c = train::fit_va_correction(outputs, s);
    CHECK(c.scale[0] == Approx(1.5).margin(0.08));
    CHECK(c.shift[1] == Approx(0.1).margin(0.03));
    const auto after = at::tanh(outputs.va.select(1, 0) * c.scale[0] + c.shift[0]);
    CHECK(train::concordance(after, s.va.select(1, 0)) >
          train::concordance(at::tanh(outputs.va.select(1, 0)), s.va.select(1, 0)));
}

TEST_CASE("nothing to fit on leaves the head as it is") {
    train::EmotionSamples s = four_samples();
    s.va_weight.zero_();
    CHECK(train::fit_va_correction(four_outputs(), s).scale == std::array<double, 2>{1, 1});
}
