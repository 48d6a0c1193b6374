#include "emotion/model_card.hpp"

#include "base/files.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
using emotion::ModelCard;

namespace {

bool same(const ModelCard& a, const ModelCard& b) {
    return a.name == b.name && a.revision == b.revision && a.task == b.task && a.description == b.description &&
           a.license == b.license && a.architecture == b.architecture && a.input == b.input && a.crop == b.crop &&
           a.labels == b.labels && a.temperature == b.temperature && a.defaults == b.defaults &&
           a.details == b.details && a.weights_file == b.weights_file && a.weights_sha256 == b.weights_sha256 &&
           a.weights_bytes == b.weights_bytes;
}

ModelCard full(ModelCard card) {
    card.revision = 7;
    card.description = "Said with \"quotes\", \n and \xc3\xbc.";
    card.details = R"({"z":[1,2.25],"a":{"b":null,"c":[{"d":true}]}})";
    card.weights_bytes = 123;
    card.weights_sha256 = std::string(64, 'a');
    return card;
}

}  // namespace

TEST_CASE("cards of both tasks survive writing and reading, the order of details too") {
    const ModelCard faces = full(test_models::random_faces_card("face_resnet"));
    CHECK(same(emotion::parse_model_card(emotion::to_json(faces)), faces));
    ModelCard colour = full(test_models::random_emotion_card(emotion::InputColor::bgr));
    colour.input.mean = {0.1f, 104, 1e-7f};
    colour.input.scale = {1 / 127.5f, 3, -1};
    CHECK(same(emotion::parse_model_card(emotion::to_json(colour)), colour));
    colour.crop.landmarks.reset();
    CHECK(same(emotion::parse_model_card(emotion::to_json(colour)), colour));
}

TEST_CASE("a grey card has one mean and one scale, which stand in all three places") {
    ModelCard card = full(test_models::random_emotion_card(emotion::InputColor::gray));
    card.input.mean = {127.5f, 0, 0};
    const std::string text = emotion::to_json(card);
    CHECK(text.find("\"mean\": [127.5],") != std::string::npos);
    CHECK(emotion::parse_model_card(text).input.mean == std::array<float, 3>{127.5f, 127.5f, 127.5f});
}

TEST_CASE("to_json has one order of keys") {
    const std::string text = emotion::to_json(full(test_models::random_faces_card("yunet")));
    std::size_t position = 0;
    for (const char* key : {"format_version", "name", "revision", "task", "description", "license", "architecture",
                            "input", "defaults", "details", "weights"}) {
        const std::size_t found = text.find("\n  \"" + std::string(key) + "\": ");
        INFO(key);
        REQUIRE(found != std::string::npos);
        CHECK(found >= position);
        position = found;
    }
}

TEST_CASE("a card without weights can be parsed and written, but is no model folder") {
    const ModelCard draft = test_models::random_faces_card("yunet");
    const std::string text = emotion::to_json(draft);
    CHECK(text.find("weights") == std::string::npos);
    CHECK(same(emotion::parse_model_card(text), draft));
    test_models::TemporaryFolder folder;
    emotion::write_file(folder.path() / "model.json", text);
    CHECK(error_message(ErrorCode::model_format, [&] { emotion::read_model_card(folder.path()); }) ==
          (folder.path() / "model.json").string() + ": weights is missing");
}

TEST_CASE("a missing model.json is an Error of io") {
    test_models::TemporaryFolder folder;
    CHECK(error_message(ErrorCode::io, [&] { emotion::read_model_card(folder.path()); }) ==
          "cannot read " + (folder.path() / "model.json").string() + ": No such file or directory");
}

TEST_CASE("to_json refuses a card that could not be read back") {
    ModelCard card = test_models::random_faces_card("yunet");
    card.defaults["min_score"] = 2;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { emotion::to_json(card); }) ==
          "model card: defaults.min_score must be in [0, 1], got 2");
    card = test_models::random_faces_card("yunet");
    card.description = "\xff";
    CHECK(error_message(ErrorCode::invalid_argument, [&] { emotion::to_json(card); }) ==
          "model card: a text is not valid UTF-8");
    for (const char* details : {"[]", "", "{\"a\":1", "{\"a\":1,\"a\":2}"}) {
        card = test_models::random_faces_card("yunet");
        card.details = details;
        CHECK_FALSE(error_message(ErrorCode::invalid_argument, [&] { emotion::to_json(card); }).empty());
    }
}
