#include "model/calibration.hpp"

#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
using emotion::ModelCard;

namespace {

ModelCard card_with(const std::vector<std::string>& names) {
    ModelCard card = test_models::random_emotion_card(emotion::InputColor::gray);
    for (const std::string& name : names) card.calibrations[name] = test_models::turning_calibration();
    return card;
}

std::string refusal(const std::string& json) {
    return error_message(ErrorCode::model_format, [&] { emotion::parse_model_card(json, "m.json"); });
}

}  // namespace

TEST_CASE("calibrations survive writing and reading, in a card of format version 2") {
    ModelCard card = card_with({"other", "turned"});
    card.calibrations["other"].bias[1] = 0.1;
    const std::string text = emotion::to_json(card);
    CHECK(text.find("\"format_version\": 2,") != std::string::npos);
    CHECK(text.find("\"weights\": [[0, 0, 0, 1.25], [0, 0, 0.5, 0],") != std::string::npos);
    CHECK(emotion::parse_model_card(text).calibrations == card.calibrations);
}

TEST_CASE("a card without calibrations is one of format version 1, where they are not known") {
    std::string text = emotion::to_json(card_with({}));
    CHECK(text.find("\"format_version\": 1,") != std::string::npos);
    CHECK(text.find("calibrations") == std::string::npos);
    CHECK(emotion::parse_model_card(text).calibrations.empty());
    text.replace(text.find("\"format_version\": 1"), 19, "\"format_version\": 2");
    CHECK(refusal(text) == "m.json: calibrations is missing");
    text.insert(text.find("\"details\""), "\"calibrations\": {}, ");
    CHECK(refusal(text) == "m.json: calibrations must hold one at least");
    text.replace(text.find("\"format_version\": 2"), 19, "\"format_version\": 1");
    CHECK(refusal(text) == "m.json: calibrations is not a key of format version 1");
}

TEST_CASE("a calibration is found by its name, and an unknown name says which there are") {
    const ModelCard card = card_with({"other", "turned"});
    CHECK(emotion::find_calibration(card, "", "who") == nullptr);
    CHECK(emotion::find_calibration(card, "turned", "who") == &card.calibrations.at("turned"));
    CHECK(error_message(ErrorCode::invalid_argument, [&] { emotion::find_calibration(card, "Turned", "who"); }) ==
          "who: model 'test-emotion' has no calibration 'Turned'; it has 'other', 'turned'");
    CHECK(error_message(ErrorCode::invalid_argument, [&] { emotion::find_calibration(card_with({}), "x", "who"); }) ==
          "who: model 'test-emotion' has no calibration 'x'; it has none");
}
