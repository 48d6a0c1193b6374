#include "emotion/calibrate_emotion.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "base/check.hpp"
#include "emotion/model_folder.hpp"
#include "emotion/model_store.hpp"
#include "emotion/threads.hpp"
#include "model/card_check.hpp"
#include "nn/load.hpp"
#include "train/emotion_data.hpp"
#include "train/emotion_json.hpp"
#include "train/emotion_predict.hpp"
#include "train/fit_calibration.hpp"
#include "train/metrics.hpp"

namespace emotion {
namespace {

constexpr std::int64_t kFolds = 5;

/// Pictures with class labels; the columns of both are the model's labels.
struct Labelled {
    at::Tensor z;        // (n, labels) double: logarithms of probabilities
    at::Tensor classes;  // (n, labels) double: distribution of the labels
    at::Tensor weight;   // (n, 1) double
    at::Tensor single;   // (n) int64: the one label, -1 where votes give none

    at::Tensor targets() const { return classes * weight; }
};

void check_model(const ModelCard& card, const EmotionCalibrationOptions& options) {
    require(card.task == "emotion", "calibrate_emotion: model {} is for the task '{}', not emotion", card.name,
            card.task);
    require(!card.calibrations.contains(options.name),
            "calibrate_emotion: model {} has a calibration '{}' already; choose another name", card.name, options.name);
    at::Tensor classes = train::class_of_labels(card, "calibrate_emotion");
    require(std::get<0>(at::sort(classes)).equal(at::arange(8, at::kLong)),
            "calibrate_emotion: model {} must have each of the classes {} once, it has {}", card.name,
            fmt::join(train::emotion_labels(), ", "), fmt::join(card.labels, ", "));
}

Labelled read_labelled(const nn::LoadedModule& model, const EmotionCalibrationOptions& options,
                       EmotionCalibration& result) {
    const train::EmotionSamples samples =
        train::read_emotion_datasets(options.data, train::emotion_pixels(model.card.input));
    result.skipped = samples.skipped;
    const at::Tensor places = samples.class_weight.gt(0).nonzero().squeeze(1);
    result.count = places.size(0);
    result.left_out = samples.count() - result.count;
    require(result.count > 0, "calibrate_emotion: none of the {} pictures has a class label", samples.count());
    const train::EmotionPrediction said =
        train::predict_emotion(model, samples.pixels.index_select(0, places), options.batch_size);
    // For each class of FER+ order its place among the labels.
    const at::Tensor columns = train::class_of_labels(model.card, "calibrate_emotion");
    const at::Tensor labels = at::argsort(columns);
    const at::Tensor majority = samples.majority.index_select(0, places);
    return {said.log_probabilities.to(at::kDouble),
            samples.classes.index_select(0, places).index_select(1, columns).to(at::kDouble),
            samples.class_weight.index_select(0, places).to(at::kDouble).unsqueeze(1),
            at::where(majority.ge(0), labels.index_select(0, majority.clamp_min(0)), majority)};
}

CalibrationFigures figures_of(const at::Tensor& probabilities, const Labelled& pictures) {
    CalibrationFigures result;
    const at::Tensor logarithms = probabilities.clamp_min(1e-300).log();
    result.log_loss = -(pictures.classes * logarithms).sum(1).mean().item<double>();
    const at::Tensor places = pictures.single.ge(0).nonzero().squeeze(1);
    if (places.size(0) == 0) return result;
    const at::Tensor own = probabilities.index_select(0, places);
    const at::Tensor truth = pictures.single.index_select(0, places);
    result.accuracy = train::accuracy(train::confusion_matrix(truth, own.argmax(1), own.size(1)));
    result.ece = train::calibration_error(own, truth);
    return result;
}

/// The probabilities of each fifth by a fit on the others.
at::Tensor cross_validated(const Labelled& pictures) {
    at::Tensor result = at::zeros_like(pictures.z);
    const at::Tensor targets = pictures.targets();
    const at::Tensor fold = at::arange(pictures.z.size(0), at::kLong).remainder(kFolds);
    for (std::int64_t i = 0; i < kFolds; ++i) {
        const at::Tensor held = fold.eq(i).nonzero().squeeze(1);
        const at::Tensor rest = fold.ne(i).nonzero().squeeze(1);
        const Calibration fitted =
            train::fit_calibration(pictures.z.index_select(0, rest), targets.index_select(0, rest));
        result.index_copy_(0, held, train::probabilities_of(pictures.z.index_select(0, held), &fitted));
    }
    return result;
}

/// To six decimals, as they stand in the card.
void round_numbers(std::vector<double>& numbers) {
    for (double& number : numbers) number = std::round(number * 1e6) / 1e6;
}

EmotionCalibration calibrate(const EmotionCalibrationOptions& options) {
    const at::NoGradGuard no_grad;
    require(!std::filesystem::exists(options.out), "calibrate_emotion: {} exists already; name a new folder",
            options.out.string());
    const std::filesystem::path folder = find_model(options.model);
    check_model(read_model_card(folder), options);
    EmotionCalibration result;
    const Labelled pictures = read_labelled(nn::load_module(folder), options, result);
    result.as_it_is = figures_of(train::probabilities_of(pictures.z, nullptr), pictures);
    result.calibrated = figures_of(cross_validated(pictures), pictures);
    result.calibration = train::fit_calibration(pictures.z, pictures.targets());
    for (std::vector<double>& row : result.calibration.weights) round_numbers(row);
    round_numbers(result.calibration.bias);
    result.calibration.description = options.description.empty()
                                         ? fmt::format("Fitted on {} labelled pictures.", result.count)
                                         : options.description;
    ModelFolder model = read_model(folder);
    model.card.calibrations[options.name] = result.calibration;
    write_model(options.out, model.card, model.tensors);
    return result;
}

std::string json_of(const CalibrationFigures& figures) {
    return train::JsonObject()
        .number("accuracy", figures.accuracy)
        .number("log_loss", figures.log_loss)
        .number("ece", figures.ece)
        .str();
}

}  // namespace

void EmotionCalibrationOptions::validate() const {
    require(!data.empty(), "calibrate_emotion: data is empty, expected at least one data set");
    for (const EmotionDataset& set : data) set.validate();
    require(is_model_name(name), "calibrate_emotion: name must be {}, got '{}'", kModelNameRule, name);
    require(!out.empty(), "calibrate_emotion: out must be a new folder, got an empty path");
    require(batch_size >= 1, "calibrate_emotion: batch_size must be at least 1, got {}", batch_size);
    require(threads >= 0, "calibrate_emotion: threads must be at least 0, got {}", threads);
}

EmotionCalibration calibrate_emotion(const EmotionCalibrationOptions& options) {
    options.validate();
    if (options.threads > 0) set_num_threads(options.threads);
    try {
        return calibrate(options);
    } catch (const c10::Error& error) {
        fail(ErrorCode::runtime, "calibrate_emotion: {}", error.what_without_backtrace());
    }
}

std::string EmotionCalibration::json() const {
    std::vector<std::string> reasons;
    for (const std::string& reason : skipped) reasons.push_back(train::json_text(reason));
    return train::JsonObject()
        .integer("pictures", count)
        .integer("left_out", left_out)
        .raw("as_it_is", json_of(as_it_is))
        .raw("calibrated", json_of(calibrated))
        .raw("skipped", fmt::format("[{}]", fmt::join(reasons, ", ")))
        .str();
}

}  // namespace emotion
