#include "emotion/evaluate_emotion.hpp"

#include <ATen/ATen.h>

#include "emotion_folder.hpp"
#include "model/model_folder.hpp"
#include "nn/architectures.hpp"
#include "nn/load.hpp"
#include "support/catch.hpp"

using namespace emotion;

namespace {

/// A model with random weights and these labels.
void write_random_model(const std::filesystem::path& folder, const std::vector<std::string>& labels) {
    ModelCard card;
    card.name = "random";
    card.task = "emotion";
    card.license = "none";
    card.description = "random weights";
    card.architecture = {.name = "lenet48", .parameters = {}};
    card.input = {.height = 48, .width = 48, .color = InputColor::gray, .mean = {127.5f}, .scale = {1 / 127.5f, 1, 1}};
    card.labels = labels;
    at::manual_seed(1);
    const nn::Module module(nn::build_architecture(card.architecture, 1, static_cast<int>(labels.size())));
    write_model(folder, card, nn::to_named_tensors(module));
}

}  // namespace

TEST_CASE("a model with fewer classes in another order is judged in FER+ order") {
    EmotionFolder folder;
    write_striped_sets(folder, 16);
    write_random_model(folder / "m", {"ANGRY", "HAPPY", "NEUTRAL"});
    EmotionEvaluationOptions options;
    options.model = (folder / "m").string();
    options.data = {{.path = folder / "fer"}};
    const EmotionEvaluation e = evaluate_emotion(options);
    CHECK(e.class_count == 16);
    CHECK(e.labels[0] == "neutral");
    std::int64_t said_others = 0;
    for (const auto& row : e.confusion) said_others += row[2] + row[3] + row[5] + row[6] + row[7];
    CHECK(said_others == 0);
    CHECK_FALSE(e.valence);
    options.flip_average = true;
    options.batch_size = 5;
    CHECK(evaluate_emotion(options).class_count == 16);
}

TEST_CASE("a label that is no emotion, and options out of range") {
    EmotionFolder folder;
    write_striped_sets(folder, 4);
    write_random_model(folder / "m", {"happy", "hungry"});
    EmotionEvaluationOptions options;
    options.model = (folder / "m").string();
    CHECK(error_message(ErrorCode::invalid_argument, [&] { evaluate_emotion(options); }).find("data is empty") !=
          std::string::npos);
    options.data = {{.path = folder / "fer"}};
    CHECK(error_message(ErrorCode::invalid_argument, [&] { evaluate_emotion(options); }).find("label 'hungry'") !=
          std::string::npos);
    options.batch_size = 0;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { evaluate_emotion(options); }).find("batch_size") !=
          std::string::npos);
}
