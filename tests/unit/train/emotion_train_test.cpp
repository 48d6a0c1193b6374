#include "emotion/train_emotion.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "emotion/model_store.hpp"
#include "emotion_folder.hpp"
#include "support/catch.hpp"

using namespace emotion;

namespace {

EmotionTrainOptions small_run(const EmotionFolder& folder, const std::string& out) {
    EmotionTrainOptions options;
    options.train = {{.path = folder / "fer", .part = "0-5/8"},
                     {.path = folder / "va", .part = "0-5/8", .class_weight = 0}};
    options.validation = {{.path = folder / "fer", .part = "6/8"}, {.path = folder / "va", .part = "6/8"}};
    options.report = {{.path = folder / "fer", .part = "7/8"}};
    options.out = folder / out;
    options.widths = {8, 8, 16};
    options.blocks = 1;
    options.epochs = 3;
    options.batch_size = 16;
    options.va_batch_size = 8;
    options.learning_rate = 1e-2;
    options.warmup_steps = 2;
    options.average_decay = 0.8;
    return options;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a run leaves a model that checks out, curves and figures") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    folder.write("fer/fer1001.png", "broken");
    std::vector<TrainProgress> seen;
    const EmotionTrainOptions options = small_run(folder, "model");
    const TrainReport report = train_emotion(options, [&](const TrainProgress& p) {
        seen.push_back(p);
        return true;
    });
    CHECK(report.finished);
    CHECK(report.model == options.out);
    CHECK_NOTHROW(verify_model(report.model));
    REQUIRE(report.skipped.size() == 1);
    CHECK(report.skipped[0].find("fer1001.png") != std::string::npos);
    CHECK(report.figures.find("\"fer 7/8\"") != std::string::npos);
    const std::string curves = content(report.curves);
    CHECK(std::count(curves.begin(), curves.end(), '\n') == 4);
    CHECK(seen.back().step == seen.back().steps);
    CHECK(seen.back().note.find("epoch 3: loss") == 0);
    CHECK(seen.front().images_per_s > 0);

    EmotionEvaluationOptions evaluation;
    evaluation.model = report.model.string();
    evaluation.data = options.report;
    CHECK(report.figures.find(evaluate_emotion(evaluation).json()) != std::string::npos);
}

TEST_CASE("a run that was stopped and resumed writes the same weights") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    const TrainReport whole = train_emotion(small_run(folder, "whole"));
    EmotionTrainOptions options = small_run(folder, "parts");
    const TrainReport stopped = train_emotion(options, [](const TrainProgress& p) { return p.step < 5; });
    CHECK_FALSE(stopped.finished);
    CHECK(stopped.model.empty());
    CHECK_FALSE(std::filesystem::exists(options.out));
    options.resume = true;
    const TrainReport resumed = train_emotion(options);
    CHECK(resumed.finished);
    CHECK(content(resumed.model / "model.safetensors") == content(whole.model / "model.safetensors"));
    const std::string curves = content(resumed.curves);
    CHECK(std::count(curves.begin(), curves.end(), '\n') == 4);
}

TEST_CASE("a run with teachers and patience, stopped and resumed, writes the same weights") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    EmotionTrainOptions teacher = small_run(folder, "teacher");
    teacher.epochs = 1;
    train_emotion(teacher);
    auto taught_run = [&](const std::string& out) {
        EmotionTrainOptions options = small_run(folder, out);
        options.train.push_back({.path = folder / "fer", .part = "7/8", .class_weight = 0});
        options.teachers = {teacher.out.string(), teacher.out.string()};
        options.patience = 3;
        options.mixup = 0.2;
        options.class_balance = 0.5;
        return options;
    };
    const TrainReport whole = train_emotion(taught_run("whole"));
    EmotionTrainOptions options = taught_run("parts");
    CHECK_FALSE(train_emotion(options, [](const TrainProgress& p) { return p.step < 5; }).finished);
    options.resume = true;
    const TrainReport resumed = train_emotion(options);
    CHECK(content(resumed.model / "model.safetensors") == content(whole.model / "model.safetensors"));
    const std::string card = content(resumed.model / "model.json");
    CHECK(card.find("\"best_epoch\"") != std::string::npos);
    CHECK(card.find("\"teacher_share\": 0.5") != std::string::npos);
    CHECK(card.find(teacher.out.string()) == std::string::npos);  // no paths of the machine
    options.teacher_share = 0;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { train_emotion(options); }).find("other settings") !=
          std::string::npos);
}

TEST_CASE("a teacher draws the model towards what it says; with no share it changes nothing") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    EmotionTrainOptions teacher = small_run(folder, "teacher");
    teacher.epochs = 10;
    train_emotion(teacher);
    // Pictures without any label that counts: only a teacher can say which class they are.
    EmotionTrainOptions options = small_run(folder, "pupil");
    options.train = {{.path = folder / "fer", .part = "0-5/8", .class_weight = 0}};
    options.teachers = {teacher.out.string()};
    options.teacher_share = 1;
    options.epochs = 20;
    train_emotion(options);
    auto accuracy = [&](const std::filesystem::path& model) {
        EmotionEvaluationOptions evaluation;
        evaluation.model = model.string();
        evaluation.data = {{.path = folder / "fer"}};
        return evaluate_emotion(evaluation).accuracy;
    };
    const double taught = accuracy(options.out);
    const double teaching = accuracy(teacher.out);
    INFO(teaching << " to " << taught);
    CHECK(teaching > 0.6);  // of four classes
    CHECK(taught > 0.6);

    EmotionTrainOptions alone = small_run(folder, "alone");
    train_emotion(alone);
    EmotionTrainOptions unmoved = small_run(folder, "unmoved");
    unmoved.teachers = options.teachers;
    unmoved.teacher_share = 0;
    train_emotion(unmoved);
    const bool same = content(unmoved.out / "model.safetensors") == content(alone.out / "model.safetensors");
    CHECK(same);
}

TEST_CASE("a run stops when validation is no longer better, and keeps its best epoch") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    EmotionTrainOptions options = small_run(folder, "model");
    // Validation says the opposite of what is learned, so it is the better the less is learned.
    std::string table = "image,emotion\n";
    for (int i = 0; i < 64; ++i)
        table += "../fer/fer" + std::to_string(1000 + i) + ".png," + (i % 4 < 2 ? "contempt" : "fear") + "\n";
    folder.write("wrong/labels.csv", table);
    options.validation = {{.path = folder / "wrong"}};
    options.epochs = 12;
    options.patience = 2;
    int epochs = 0;
    const TrainReport report = train_emotion(options, [&](const TrainProgress& p) {
        epochs += p.note.empty() ? 0 : 1;
        return true;
    });
    CHECK(report.finished);
    CHECK(epochs == 3);
    CHECK(report.figures.find("\"fer 7/8\"") != std::string::npos);
    CHECK(content(options.out / "model.json").find("\"best_epoch\": 1,") != std::string::npos);
    const std::string weights = content(options.out / "model.safetensors");

    // Resumed after its end it makes no step more and writes the same model.
    options.resume = true;
    std::filesystem::remove_all(options.out);
    train_emotion(options, [](const TrainProgress&) -> bool { throw std::logic_error("a step was made"); });
    CHECK(content(options.out / "model.safetensors") == weights);

    options.validation = {{.path = folder / "wrong", .class_weight = 0}};
    options.out = folder / "none";
    CHECK(error_message(ErrorCode::invalid_argument, [&] { train_emotion(options); }).find("patience needs labels") !=
          std::string::npos);
}

TEST_CASE("four stages can be trained") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    EmotionTrainOptions options = small_run(folder, "model");
    options.widths = {8, 16, 24, 32};
    options.epochs = 1;
    train_emotion(options);
    CHECK_NOTHROW(verify_model(options.out));
    EmotionEvaluationOptions evaluation;
    evaluation.model = options.out.string();
    evaluation.data = options.report;
    CHECK(evaluate_emotion(evaluation).class_count > 0);
}

TEST_CASE("colour tells apart what is the same in grey") {
    EmotionFolder folder;
    write_tinted_set(folder, 64);
    const Image red = read_image(folder / "tinted/1010.png", PixelFormat::gray8);
    const Image blue = read_image(folder / "tinted/1011.png", PixelFormat::gray8);
    for (int y = 0; y < 48; ++y)
        for (int x = 0; x < 48; ++x) REQUIRE(std::abs(red.row(y)[x] - blue.row(y)[x]) <= 2);
    EmotionTrainOptions options = small_run(folder, "model");
    options.train = {{.path = folder / "tinted"}};
    options.validation = {};
    options.report = {};
    options.epochs = 10;
    options.color = InputColor::rgb;
    options.size = 64;
    train_emotion(options);
    CHECK_NOTHROW(verify_model(options.out));
    EmotionEvaluationOptions evaluation;
    evaluation.model = options.out.string();
    evaluation.data = options.train;
    CHECK(evaluate_emotion(evaluation).accuracy > 0.9);
}

TEST_CASE("a checkpoint is exported without looking at the report set, and belongs to its settings") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    EmotionTrainOptions options = small_run(folder, "model");
    options.export_only = true;
    CHECK(error_message(ErrorCode::io, [&] { train_emotion(options); }).find("no checkpoint") != std::string::npos);
    options.export_only = false;
    train_emotion(options, [](const TrainProgress& p) { return p.step < 5; });
    options.export_only = true;
    const TrainReport report = train_emotion(options);
    CHECK_NOTHROW(verify_model(report.model));
    CHECK(report.figures.find("7/8") == std::string::npos);
    CHECK(report.figures.find("fer 6/8") != std::string::npos);
    options.seed = 2;
    const auto message = error_message(ErrorCode::invalid_argument, [&] { train_emotion(options); });
    CHECK(message.find("a run with other settings") != std::string::npos);
}

TEST_CASE("a run can begin with the weights of a model of its shape") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    EmotionTrainOptions options = small_run(folder, "first");
    train_emotion(options);
    options.initial = options.out.string();
    options.out = folder / "second";
    options.learning_rate = 1e-9;
    options.epochs = 1;
    double loss = 0;
    train_emotion(options, [&](const TrainProgress& p) {
        loss = p.loss;
        return true;
    });
    CHECK(loss < 1.9);  // random weights begin above log(8) = 2.08
    const std::string card = content(options.out / "model.json");
    CHECK(card.find("initial_weights_sha256") != std::string::npos);
    options.widths = {8, 8, 8};
    error_message(ErrorCode::model_format, [&] { train_emotion(options); });
}

TEST_CASE("options out of range are named with value and bound") {
    auto message = [](auto change) {
        EmotionTrainOptions options;
        options.train = {{.path = "x"}};
        options.out = "y";
        change(options);
        return error_message(ErrorCode::invalid_argument, [&] { options.validate(); });
    };
    using O = EmotionTrainOptions;
    CHECK(message([](O& o) { o.train.clear(); }).find("train is empty") != std::string::npos);
    CHECK(message([](O& o) { o.out.clear(); }).find("out is empty") != std::string::npos);
    CHECK(message([](O& o) { o.dropout = 0.95; }).find("dropout must be in [0, 0.9], got 0.95") != std::string::npos);
    CHECK(message([](O& o) { o.learning_rate = 0; }).find("learning_rate must be in (0, 10], got 0") !=
          std::string::npos);
    CHECK(message([](O& o) { o.average_decay = 1; }).find("average_decay") != std::string::npos);
    CHECK(message([](O& o) { o.mixup = std::nan(""); }).find("mixup must be in [0, 100], got nan") !=
          std::string::npos);
    CHECK(message([](O& o) { o.widths = {1, 2}; }).find("widths must be 3 or 4 numbers, got 2") != std::string::npos);
    CHECK(message([](O& o) {
              o.widths = {8, 12, 16};
          }).find("multiples of 8 in [8, 2048], got 12") != std::string::npos);
    CHECK(message([](O& o) { o.color = InputColor::bgr; }).find("color must be gray or rgb") != std::string::npos);
    CHECK(message([](O& o) { o.size = 50; }).find("size must be 48 or 64, got 50") != std::string::npos);
    CHECK(message([](O& o) { o.teacher_share = 1.5; }).find("teacher_share must be in [0, 1], got 1.5") !=
          std::string::npos);
    CHECK(message([](O& o) { o.class_balance = -1; }).find("class_balance must be in [0, 1], got -1") !=
          std::string::npos);
    CHECK(message([](O& o) { o.patience = -1; }).find("patience must be in [0, ") != std::string::npos);
    CHECK(message([](O& o) { o.patience = 1; }).find("patience needs validation sets") != std::string::npos);
    CHECK(message([](O& o) { o.train[0].part = "3/2"; }).find("part must be") != std::string::npos);
}

TEST_CASE("what would end the run after its last epoch ends it before the first") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    int steps = 0;
    auto message = [&](ErrorCode code, auto change) {
        EmotionTrainOptions options = small_run(folder, "model");
        change(options);
        const std::string text =
            error_message(code, [&] { train_emotion(options, [&](const TrainProgress&) { return ++steps > 0; }); });
        CHECK(steps == 0);
        return text;
    };
    using O = EmotionTrainOptions;
    CHECK(message(ErrorCode::io, [&](O& o) { o.report = {{.path = folder / "none"}}; }).find("there is no folder") !=
          std::string::npos);
    folder.write("lost/labels.csv", "image,emotion\nlost.png,fear\n");
    CHECK(message(ErrorCode::invalid_argument, [&](O& o) {
              o.report = {{.path = folder / "lost"}};
          }).find("holds no labelled picture that is there") != std::string::npos);
    folder.write("file", "x");
    CHECK(message(ErrorCode::io, [&](O& o) { o.out = folder / "file"; }).find("expected a folder") !=
          std::string::npos);
    CHECK(message(ErrorCode::invalid_argument, [](O& o) {
              for (EmotionDataset& set : o.train) set.class_weight = set.va_weight = 0;
          }).find("no label whose weight is above 0") != std::string::npos);
}

TEST_CASE("data sets of one name have figures of their own, and a slash behind a path changes nothing") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    std::filesystem::create_directories(folder / "other");
    std::filesystem::copy(folder / "fer", folder / "other/fer");
    EmotionTrainOptions options = small_run(folder, "model/");
    options.epochs = 1;
    options.report = {{.path = folder / "fer/", .part = "7/8"}, {.path = folder / "other/fer", .part = "7/8"}};
    options.validation = {{.path = folder / "fer/", .part = "6/8"}};
    const TrainReport report = train_emotion(options);
    CHECK(report.curves == folder / "model-training/curves.csv");
    INFO(report.figures);
    CHECK(report.figures.find("other/fer 7/8") != std::string::npos);
    CHECK(report.figures.find("\"fer 6/8\"") != std::string::npos);
}

TEST_CASE("a device or precision that is not there ends the run before it begins") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    EmotionTrainOptions options = small_run(folder, "model");
    options.device = "cuda";
    if (!cuda_available()) error_message(ErrorCode::unsupported, [&] { train_emotion(options); });
    options.device = "processor";
    error_message(ErrorCode::invalid_argument, [&] { train_emotion(options); });
    options.device = "cpu";
    options.precision = Precision::bf16;
    if (!cpu_has_bf16()) error_message(ErrorCode::unsupported, [&] { train_emotion(options); });
    options.precision = Precision::f16;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { train_emotion(options); }) ==
          "EmotionTrainOptions: precision must be f32 or bf16, got f16");
    CHECK_FALSE(std::filesystem::exists(options.out));
}
