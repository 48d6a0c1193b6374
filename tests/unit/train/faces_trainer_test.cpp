#include "emotion/train_faces.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include "emotion/model_folder.hpp"
#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

using namespace emotion;

namespace {

FaceTrainOptions small_run(const FaceFolder& folder, const std::string& out) {
    FaceTrainOptions options;
    options.train = {{folder.path()}};
    options.validation = {folder.path()};
    options.out = folder.path() / out;
    options.widths = {4, 4, 8, 8, 8};
    options.blocks = {0, 1, 0};
    options.neck = 8;
    options.crop = 64;
    options.min_face_px = 12;
    options.max_face_px = 50;
    options.batch_size = 4;
    options.steps = 12;
    options.epoch_steps = 4;
    options.warmup_steps = 2;
    options.cache_mb = 50;
    return options;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<std::vector<float>> weights(const std::filesystem::path& folder) {
    std::vector<std::vector<float>> values;
    for (const NamedTensor& tensor : read_model(folder).tensors) values.push_back(tensor.values);
    return values;
}

}  // namespace

TEST_CASE("a run writes a model that can be read, its curves and its figures") {
    FaceFolder folder("train");
    write_square_set(folder, 6);
    FaceTrainOptions options = small_run(folder, "model");
    options.notes = {{"limits", "squares \"only\""}};
    int calls = 0;
    int notes = 0;
    const TrainReport report = train_faces(options, [&](const TrainProgress& progress) {
        ++calls;
        notes += progress.note.empty() ? 0 : 1;
        CHECK(progress.step == calls);
        CHECK(progress.steps == 12);
        CHECK(progress.epochs == 3);
        CHECK(progress.epoch == (calls + 3) / 4);
        CHECK(std::isfinite(progress.loss));
        CHECK(progress.seconds_left >= 0);
        return true;
    });
    CHECK(calls == 12);
    CHECK(notes == 3);
    CHECK(report.finished);
    CHECK(report.model == options.out);
    CHECK(report.skipped.empty());
    const ModelFolder model = read_model(options.out);
    CHECK(model.card.task == "faces");
    CHECK(model.card.architecture.name == "face_resnet");
    CHECK(model.card.defaults.at("nms_iou") == Approx(0.45));
    CHECK(model.card.details.find("limits") != std::string::npos);
    CHECK(report.figures.find("\"pictures\": 6") != std::string::npos);
    const std::string curves = text_of(report.curves);
    CHECK(std::count(curves.begin(), curves.end(), '\n') == 4);
    CHECK(curves.starts_with("epoch,steps,learning_rate,loss,"));
}

TEST_CASE("a run stopped and resumed gives the weights of one that was not") {
    FaceFolder folder("resume");
    write_square_set(folder, 6);
    const FaceTrainOptions whole = small_run(folder, "whole");
    train_faces(whole);

    FaceTrainOptions parts = small_run(folder, "parts");
    parts.resume = true;  // there is nothing yet: begins anew
    const TrainReport stopped = train_faces(parts, [](const TrainProgress& progress) { return progress.step < 6; });
    CHECK_FALSE(stopped.finished);
    CHECK(stopped.model.empty());
    CHECK_FALSE(std::filesystem::exists(parts.out));
    int first = 0;
    const TrainReport resumed = train_faces(parts, [&](const TrainProgress& progress) {
        if (first == 0) first = static_cast<int>(progress.step);
        return true;
    });
    CHECK(first == 5);  // the last whole epoch ended at 4
    CHECK(resumed.finished);
    CHECK(weights(parts.out) == weights(whole.out));
    const std::string curves = text_of(resumed.curves);
    CHECK(std::count(curves.begin(), curves.end(), '\n') == 4);

    parts.export_only = true;
    parts.out = folder.path() / "exported";
    parts.work = folder.path() / "parts-training";
    CHECK(train_faces(parts).finished);
    CHECK(weights(parts.out) == weights(whole.out));
}

TEST_CASE("a checkpoint of other settings is refused") {
    FaceFolder folder("other");
    write_square_set(folder, 4);
    FaceTrainOptions options = small_run(folder, "model");
    options.steps = 4;
    train_faces(options);
    options.resume = true;
    options.neck = 16;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { train_faces(options); }).find("belongs to other settings") !=
          std::string::npos);
}

TEST_CASE("a run learns: squares are found after some steps") {
    FaceFolder folder("learns");
    write_square_set(folder, 8);
    FaceTrainOptions options = small_run(folder, "model");
    options.widths = {8, 8, 16, 16, 16};
    options.neck = 16;
    options.steps = 150;
    options.epoch_steps = 150;
    options.learning_rate = 5e-3;
    options.average = 0.9;
    options.mosaic = 0;
    double first = 0;
    double last = 0;
    double sum = 0;
    train_faces(options, [&](const TrainProgress& progress) {
        const double total = progress.loss * static_cast<double>(progress.step);  // the mean becomes single losses
        if (progress.step == 10) first = total / 10;
        if (progress.step == 140) sum = total;
        if (progress.step == 150) last = (total - sum) / 10;
        return true;
    });
    CHECK(last < 0.7 * first);
}

TEST_CASE("what would end a detector's run after its steps ends it before the first") {
    FaceFolder folder("train");
    write_square_set(folder, 6);
    folder.file("file", "x");
    auto message = [&](auto change) {
        FaceTrainOptions options = small_run(folder, "model");
        change(options);
        return error_message(ErrorCode::io, [&] {
            train_faces(options, [](const TrainProgress&) -> bool { throw std::logic_error("a step was made"); });
        });
    };
    CHECK(message([](FaceTrainOptions& o) { o.validation = {"none"}; }).find("cannot read none") != std::string::npos);
    CHECK(message([&](FaceTrainOptions& o) { o.out = folder.path() / "file"; }).find("expected a folder") !=
          std::string::npos);
}

TEST_CASE("a broken picture is named in the report and the run goes on") {
    FaceFolder folder("broken");
    write_square_set(folder, 4);
    folder.file("images/square-2.png", "no picture");
    const TrainReport report = train_faces(small_run(folder, "model"));
    CHECK(report.finished);
    REQUIRE(report.skipped.size() == 1);
    CHECK(report.skipped[0].find("square-2.png") != std::string::npos);
}

TEST_CASE("options out of bounds are named with value and bound") {
    FaceFolder folder("options");
    auto message = [&](auto&& change) {
        FaceTrainOptions options = small_run(folder, "model");
        change(options);
        return error_message(ErrorCode::invalid_argument, [&] { options.validate(); });
    };
    CHECK(message([](auto& o) { o.crop = 100; }) ==
          "FaceTrainOptions: crop must be a multiple of 32 and at least 64, got 100");
    CHECK(message([](auto& o) { o.learning_rate = std::numeric_limits<double>::quiet_NaN(); }) ==
          "FaceTrainOptions: learning_rate must be above 0, got nan");
    CHECK(message([](auto& o) { o.train.clear(); }) == "FaceTrainOptions: train must name at least one folder");
    CHECK(message([](auto& o) { o.max_face_px = 5; }) ==
          "FaceTrainOptions: max_face_px must be above min_face_px, got 5 and 12");
    CHECK(message([](auto& o) { o.mosaic = 1.5; }) == "FaceTrainOptions: mosaic must be in [0, 1], got 1.5");
    message([](auto& o) { o.train[0].weight = 0; });
    message([](auto& o) { o.out.clear(); });
    message([](auto& o) { o.min_face_px = 3; });
    message([](auto& o) { o.batch_size = 0; });
    message([](auto& o) { o.steps = 0; });
    message([](auto& o) { o.average = 1; });
    message([](auto& o) { o.loader_threads = 0; });
    message([](auto& o) { o.min_score = -0.1; });
    CHECK_NOTHROW(small_run(folder, "model").validate());
}

TEST_CASE("an architecture that cannot be built and a missing checkpoint are plain errors") {
    FaceFolder folder("wrong");
    write_square_set(folder, 2);
    FaceTrainOptions options = small_run(folder, "model");
    options.widths = {4, 4};
    error_message(ErrorCode::model_format, [&] { train_faces(options); });
    options = small_run(folder, "model");
    options.export_only = true;
    CHECK(error_message(ErrorCode::io, [&] { train_faces(options); }).find("there is no checkpoint") !=
          std::string::npos);
}

TEST_CASE("a device or precision that is not there ends a detector's run before it begins") {
    FaceFolder folder("device");
    write_square_set(folder, 2);
    FaceTrainOptions options = small_run(folder, "model");
    options.device = "cuda";
    if (!cuda_available()) error_message(ErrorCode::unsupported, [&] { train_faces(options); });
    options.device = "processor";
    error_message(ErrorCode::invalid_argument, [&] { train_faces(options); });
    options.device = "cpu";
    options.precision = Precision::bf16;
    if (!cpu_has_bf16()) error_message(ErrorCode::unsupported, [&] { train_faces(options); });
    options.precision = Precision::f16;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { train_faces(options); }) ==
          "FaceTrainOptions: precision must be f32 or bf16, got f16");
    CHECK_FALSE(std::filesystem::exists(options.out));
}
