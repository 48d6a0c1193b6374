#include "model/card_check.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
using emotion::ModelCard;
using json = nlohmann::ordered_json;

namespace {

/// The message for a good card with one change.
std::string refusal(ModelCard card, const std::function<void(ModelCard&)>& change) {
    REQUIRE_NOTHROW(emotion::check_card(card, ErrorCode::model_format, "m.json"));
    change(card);
    return error_message(ErrorCode::model_format,
                         [&] { emotion::check_card(card, ErrorCode::model_format, "m.json"); });
}

std::string faces(const std::function<void(ModelCard&)>& change) {
    return refusal(test_models::random_faces_card("yunet"), change);
}

std::string emotion_card(const std::function<void(ModelCard&)>& change) {
    return refusal(test_models::random_emotion_card(emotion::InputColor::gray), change);
}

const float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("names of models are plain and short") {
    for (const char* good : {"a", "retinaface_mobilenet0.25", "x-1"}) CHECK(emotion::is_model_name(good));
    for (const char* bad : {"", ".", "..", ".hidden", "A", "a b", "a/b", "a\n", "\xc3\xbc"})
        CHECK_FALSE(emotion::is_model_name(bad));
    CHECK(emotion::is_model_name(std::string(64, 'a')));
    CHECK_FALSE(emotion::is_model_name(std::string(65, 'a')));
}

TEST_CASE("a card's values must be in range, and NaN never is") {
    CHECK(faces([](ModelCard& c) { c.name = "A b"; }) ==
          "m.json: name must be 1 to 64 characters of a-z, 0-9, '.', '_' and '-', not '.' first, got 'A b'");
    CHECK(faces([](ModelCard& c) { c.revision = 0; }) == "m.json: revision must be in [1, 1000000], got 0");
    CHECK(faces([](ModelCard& c) { c.task = "cats"; }) == "m.json: task must be faces or emotion, got 'cats'");
    CHECK(faces([](ModelCard& c) { c.input.stride = 0; }) == "m.json: input.stride must be in [1, 1024], got 0");
    CHECK(faces([](ModelCard& c) { c.input.height = 33; }) ==
          "m.json: input has the side 33 px, which is no multiple of its stride 32");
    CHECK(faces([](ModelCard& c) { c.input.mean[1] = kNan; }).starts_with("m.json: input.mean must be in"));
    CHECK(faces([](ModelCard& c) { c.input.scale[2] = 0; }) == "m.json: input.scale must not be 0");
    CHECK(faces([](ModelCard& c) { c.input.scale[2] = INFINITY; }).starts_with("m.json: input.scale must be in"));
    CHECK(faces([](ModelCard& c) { c.architecture.name = ""; }).starts_with("m.json: architecture.name must be"));
    CHECK(faces([](ModelCard& c) { c.architecture.parameters["k"] = {}; }) ==
          "m.json: architecture.parameters.k must be a number or 1 to 256 numbers");
    CHECK(faces([](ModelCard& c) {
              c.architecture.parameters["k"] = {NAN};
          }).starts_with("m.json: architecture.parameters.k must be in"));
}

TEST_CASE("a detector's card has its three defaults and nothing of a classifier") {
    CHECK(faces([](ModelCard& c) { c.defaults.erase("nms_iou"); }) == "m.json: defaults lacks the key nms_iou");
    CHECK(faces([](ModelCard& c) {
              c.defaults["more"] = 1;
          }).starts_with("m.json: defaults takes min_score, nms_iou and smallest_face_px"));
    CHECK(faces([](ModelCard& c) { c.defaults["min_score"] = NAN; }) ==
          "m.json: defaults.min_score must be in [0, 1], got nan");
    CHECK(faces([](ModelCard& c) { c.defaults["nms_iou"] = 0; }) ==
          "m.json: defaults.nms_iou must be in (0, 1], got 0");
    CHECK(faces([](ModelCard& c) { c.labels = {"a", "b"}; }).starts_with("m.json: task is faces"));
    CHECK(faces([](ModelCard& c) { c.temperature = 2; }).starts_with("m.json: task is faces"));
}

TEST_CASE("a classifier's card has labels that differ, a fixed input and a temperature above 0") {
    CHECK(emotion_card([](ModelCard& c) { c.labels = {"a"}; }) == "m.json: labels must be 2 to 1000 texts, got 1");
    CHECK(emotion_card([](ModelCard& c) { c.labels[1] = c.labels[0]; }) ==
          "m.json: labels must differ, 'calm' stands twice");
    CHECK(emotion_card([](ModelCard& c) { c.labels[1] = ""; }) == "m.json: labels must not hold an empty text");
    CHECK(emotion_card([](ModelCard& c) { c.input.width = 0; }) ==
          "m.json: input must have a fixed height and width for the task emotion");
    CHECK(emotion_card([](ModelCard& c) { c.temperature = 0; }) == "m.json: temperature must be in (0, 1000], got 0");
    CHECK(emotion_card([](ModelCard& c) { c.temperature = NAN; }) ==
          "m.json: temperature must be in (0, 1000], got nan");
    CHECK(emotion_card([](ModelCard& c) { c.crop.margin = -0.1f; }).starts_with("m.json: crop.margin must be in"));
    CHECK(emotion_card([](ModelCard& c) {
              (*c.crop.landmarks)[4][1] = kNan;
          }).starts_with("m.json: crop.landmarks must be in"));
    CHECK(emotion_card([](ModelCard& c) {
              c.defaults["min_score"] = 0.5;
          }).starts_with("m.json: defaults belongs to models of the task faces"));
}

TEST_CASE("the weights' file is a plain name beside the card") {
    auto file = [](const char* name) {
        return faces([name](ModelCard& c) {
            c.weights_sha256 = std::string(64, 'a');
            c.weights_bytes = 1;
            c.weights_file = name;
        });
    };
    for (const char* bad : {"../a.safetensors", "/a.safetensors", ".a.safetensors", "a.pth", ""})
        CHECK(file(bad).starts_with("m.json: weights.file must be a plain file name"));
    CHECK(faces([](ModelCard& c) { c.weights_sha256 = "abc"; }).starts_with("m.json: weights.bytes"));
    CHECK(faces([](ModelCard& c) {
              c.weights_sha256 = "abc";
              c.weights_bytes = 1;
          }) == "m.json: weights.sha256 must be 64 lower-case hexadecimal digits, got 'abc'");
}

TEST_CASE("numbers are written as people write them and read back as they were") {
    CHECK(emotion::plain_number(104.0).dump() == "104");
    CHECK(emotion::plain_number(0.1f).dump() == "0.1");
    CHECK(emotion::plain_number(1.0 / 3).get<double>() == 1.0 / 3);
    for (float value : {1.0f / 3, 0.007843138f, 1e-20f, -2.5f, 16777216.0f})
        CHECK(emotion::plain_number(value).get<float>() == value);
}

TEST_CASE("dump_card keeps lists of numbers on one line and gives the same JSON") {
    const json card = json::parse(R"({"a":[1,2.5,"x"],"o":{"k":[[1,2],[3,4]],"e":{},"l":[{"a":1}]},"n":null})");
    const std::string text = emotion::dump_card(card);
    CHECK(json::parse(text) == card);
    CHECK(text.find("\"k\": [[1, 2], [3, 4]],\n") != std::string::npos);
    CHECK(text.ends_with("}\n"));
}

TEST_CASE("a calibration has a name and a number for each label") {
    const auto refused = [](const std::function<void(ModelCard&, emotion::Calibration&)>& change) {
        return emotion_card([&](ModelCard& card) {
            emotion::Calibration calibration = test_models::turning_calibration();
            change(card, calibration);
        });
    };
    CHECK(refused([](ModelCard& card, auto& one) {
              one.weights.pop_back();
              card.calibrations["a"] = one;
          }) == "m.json: calibrations.a.weights must have a row for each of the 4 labels, got 3");
    CHECK(refused([](ModelCard& card, auto& one) {
              one.weights[2].push_back(0);
              card.calibrations["a"] = one;
          }) == "m.json: calibrations.a.weights must have a number for each of the 4 labels, got 5");
    CHECK(refused([](ModelCard& card, auto& one) {
              one.bias.clear();
              card.calibrations["a"] = one;
          }) == "m.json: calibrations.a.bias must have a number for each of the 4 labels, got 0");
    CHECK(refused([](ModelCard& card, auto& one) {
              one.bias[0] = kNan;
              card.calibrations["a"] = one;
          }).starts_with("m.json: calibrations.a.bias must be in"));
    CHECK(refused([](ModelCard& card, auto& one) {
              card.calibrations[""] = one;
          }).starts_with("m.json: calibrations must have names of 1 to 64 characters"));
    CHECK(faces([](ModelCard& card) { card.calibrations["a"] = test_models::turning_calibration(); }) ==
          "m.json: task is faces, which has no labels, crop, temperature or calibrations");
}
