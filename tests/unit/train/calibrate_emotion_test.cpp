#include "emotion/calibrate_emotion.hpp"

#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "emotion/evaluate_emotion.hpp"
#include "emotion/model_folder.hpp"
#include "emotion_folder.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using namespace emotion;

namespace {

/// Striped pictures with labels, and a model of random weights with the eight classes in another order.
struct Bench {
    EmotionFolder folder;
    EmotionCalibrationOptions options;

    Bench() {
        write_striped_sets(folder, 40);
        ModelCard card = test_models::random_emotion_card(InputColor::gray);
        card.labels = {"contempt", "fear", "disgust", "anger", "sadness", "surprise", "happiness", "neutral"};
        test_models::write(folder / "model", card, test_models::fill_random);
        options.model = (folder / "model").string();
        options.data = {{.path = folder / "fer"}};
        options.name = "striped";
        options.out = folder / "out";
    }

    std::string refusal() const {
        return error_message(ErrorCode::invalid_argument, [&] { calibrate_emotion(options); });
    }
};

}  // namespace

TEST_CASE("a calibration is fitted, measured on what it has not seen, and written beside the same weights") {
    const Bench bench;
    const EmotionCalibration done = calibrate_emotion(bench.options);
    CHECK(done.count == 40);
    CHECK(done.left_out == 0);
    CHECK(done.calibrated.log_loss < done.as_it_is.log_loss);
    CHECK(done.calibrated.accuracy > done.as_it_is.accuracy);

    const ModelFolder before = read_model(bench.folder / "model"), after = read_model(bench.options.out);
    CHECK(after.card.calibrations.at("striped") == done.calibration);
    CHECK(done.calibration.description == "Fitted on 40 labelled pictures.");
    CHECK(after.card.weights_sha256 == before.card.weights_sha256);
    CHECK(read_file(bench.options.out / "model.safetensors", 1 << 24) ==
          read_file(bench.folder / "model/model.safetensors", 1 << 24));

    EmotionEvaluationOptions evaluation;
    evaluation.model = bench.options.model;
    evaluation.data = bench.options.data;
    CHECK(evaluate_emotion(evaluation).accuracy == Approx(done.as_it_is.accuracy));
    CHECK(evaluate_emotion(evaluation).ece == Approx(done.as_it_is.ece).margin(1e-5));
    evaluation.model = bench.options.out.string();
    CHECK(evaluate_emotion(evaluation).accuracy == Approx(done.as_it_is.accuracy));
    evaluation.calibration = "striped";
    CHECK(evaluate_emotion(evaluation).accuracy >= done.calibrated.accuracy);
    evaluation.calibration = "dotted";
    CHECK(error_message(ErrorCode::invalid_argument, [&] { evaluate_emotion(evaluation); }) ==
          "evaluate_emotion: model 'test-emotion' has no calibration 'dotted'; it has 'striped'");

    const auto json = nlohmann::json::parse(done.json());
    CHECK(json["pictures"] == 40);
    CHECK(json["calibrated"]["log_loss"].get<double>() == Approx(done.calibrated.log_loss).margin(1e-4));
}

TEST_CASE("pictures without class labels are counted and left out") {
    Bench bench;
    bench.folder.write("plain/labels.csv", "image,valence,arousal\na.png,0.5,0.1\n");
    write_image(bench.folder / "plain/a.png", striped_picture(1, 0));
    bench.options.data.push_back({.path = bench.folder / "plain"});
    bench.options.description = "Stripes.";
    const EmotionCalibration done = calibrate_emotion(bench.options);
    CHECK(done.count == 40);
    CHECK(done.left_out == 1);
    CHECK(done.calibration.description == "Stripes.");
    bench.options.out = bench.folder / "second";
    bench.options.data = {{.path = bench.folder / "plain"}};
    CHECK(bench.refusal() == "calibrate_emotion: none of the 1 pictures has a class label");
    CHECK_FALSE(std::filesystem::exists(bench.options.out));
}

TEST_CASE("a name or a folder that is taken, and a model without the eight classes, are refused") {
    Bench bench;
    calibrate_emotion(bench.options);
    CHECK(bench.refusal() == "calibrate_emotion: " + bench.options.out.string() + " exists already; name a new folder");
    bench.options.model = bench.options.out.string();
    bench.options.out = bench.folder / "second";
    CHECK(bench.refusal() ==
          "calibrate_emotion: model test-emotion has a calibration 'striped' already; choose another name");
    ModelCard card = test_models::random_emotion_card(InputColor::gray);
    card.labels = {"happy", "sad", "angry", "neutral"};
    test_models::write(bench.folder / "four", card, test_models::fill_random);
    bench.options.model = (bench.folder / "four").string();
    CHECK(bench.refusal().ends_with("it has happy, sad, angry, neutral"));
    bench.options.name = "A b";
    CHECK(bench.refusal().find("name must be 1 to 64 characters") != std::string::npos);
    bench.options.name = "x";
    bench.options.out = "";
    CHECK(bench.refusal() == "calibrate_emotion: out must be a new folder, got an empty path");
    bench.options.data = {};
    CHECK(bench.refusal().find("data is empty") != std::string::npos);
}
