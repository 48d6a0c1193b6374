#include "train/emotion_predict.hpp"

#include <ATen/ATen.h>

#include "support/catch.hpp"
#include "support/models.hpp"

using namespace emotion;

TEST_CASE("the identity and zeros leave probabilities as they are, another map does not") {
    at::manual_seed(1);
    const at::Tensor z = at::log_softmax(at::randn({5, 4}), 1);
    const Calibration same{.weights = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, .bias = {0, 0, 0, 0}};
    CHECK(train::probabilities_of(z, nullptr).equal(z.exp()));
    CHECK(at::allclose(train::probabilities_of(z, &same), z.exp(), 1e-5, 1e-7));
    const Calibration turned = test_models::turning_calibration();
    const at::Tensor said = train::probabilities_of(z, &turned);
    CHECK(at::allclose(said.sum(1), at::ones({5})));
    const auto entry = [&](std::size_t label) {  // of the first picture, before the softmax
        double sum = turned.bias[label];
        for (std::size_t i = 0; i < 4; ++i)
            sum += turned.weights[label][i] * z[0][static_cast<std::int64_t>(i)].item<double>();
        return sum;
    };
    const double ratio = (said[0][0] / said[0][3]).item<double>();
    CHECK(ratio == Approx(std::exp(entry(0) - entry(3))).epsilon(1e-4));
}

TEST_CASE("the labels of a model are found among the eight classes, another word is named") {
    ModelCard card = test_models::random_emotion_card(InputColor::gray);
    CHECK(error_message(ErrorCode::invalid_argument, [&] {
              train::class_of_labels(card, "who");
          }).starts_with("who: label 'calm' of model test-emotion is none of neutral, "));
    card.labels = {"sad", "Neutral"};
    CHECK(train::class_of_labels(card, "who").equal(at::tensor({3, 0}, at::kLong)));
}
