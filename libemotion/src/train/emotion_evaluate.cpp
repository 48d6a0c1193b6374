#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "base/check.hpp"
#include "emotion/evaluate_emotion.hpp"
#include "emotion/model_store.hpp"
#include "emotion/threads.hpp"
#include "model/calibration.hpp"
#include "nn/load.hpp"
#include "train/emotion_data.hpp"
#include "train/emotion_json.hpp"
#include "train/emotion_judge.hpp"
#include "train/emotion_predict.hpp"

namespace emotion {
namespace {

EmotionEvaluation evaluate(const EmotionEvaluationOptions& options) {
    at::NoGradGuard no_grad;
    nn::LoadedModule model = nn::load_module(find_model(options.model));
    require(model.card.task == "emotion", "evaluate_emotion: model {} is for the task '{}', not emotion",
            model.card.name, model.card.task);
    const Calibration* calibration = find_calibration(model.card, options.calibration, "evaluate_emotion");
    const at::Tensor classes = train::class_of_labels(model.card, "evaluate_emotion");
    const train::EmotionSamples samples =
        train::read_emotion_datasets(options.data, train::emotion_pixels(model.card.input));
    train::EmotionPrediction said = train::predict_emotion(model, samples.pixels, options.batch_size);
    at::Tensor probabilities = train::probabilities_of(said.log_probabilities, calibration);
    if (options.flip_average) {
        const train::EmotionPrediction mirrored =
            train::predict_emotion(model, samples.pixels, options.batch_size, true);
        probabilities = (probabilities + train::probabilities_of(mirrored.log_probabilities, calibration)) / 2;
        if (said.va.defined()) said.va = (said.va + mirrored.va) / 2;
    }
    return train::judge(at::zeros({samples.count(), 8}).index_add(1, classes, probabilities), said.va, samples);
}

std::string json_of(const RegressionFigures& figures) {
    return train::JsonObject().number("ccc", figures.ccc).number("rmse", figures.rmse).str();
}

}  // namespace

void EmotionEvaluationOptions::validate() const {
    require(!data.empty(), "EmotionEvaluationOptions: data is empty, expected at least one data set");
    for (const EmotionDataset& set : data) set.validate();
    require(batch_size >= 1, "EmotionEvaluationOptions: batch_size must be at least 1, got {}", batch_size);
    require(threads >= 0, "EmotionEvaluationOptions: threads must be at least 0, got {}", threads);
}

EmotionEvaluation evaluate_emotion(const EmotionEvaluationOptions& options) {
    options.validate();
    if (options.threads > 0) set_num_threads(options.threads);
    try {
        return evaluate(options);
    } catch (const c10::Error& error) {
        fail(ErrorCode::runtime, "evaluate_emotion: {}", error.what_without_backtrace());
    }
}

std::string EmotionEvaluation::json() const {
    train::JsonObject object;
    object.integer("pictures", class_count);
    if (class_count > 0) {
        object.number("accuracy", accuracy).number("macro_f1", macro_f1).number("ece", ece);
        if (clear_count > 0) object.integer("clear_pictures", clear_count).number("clear_accuracy", clear_accuracy);
        train::JsonObject recalls;
        train::JsonObject rows;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            recalls.number(labels[i], recall[i]);
            rows.raw(labels[i], fmt::format("[{}]", fmt::join(confusion[i], ", ")));
        }
        object.raw("recall", recalls.str()).raw("confusion", rows.str());
    }
    object.integer("va_pictures", va_count);
    if (valence) object.raw("valence", json_of(*valence));
    if (arousal) object.raw("arousal", json_of(*arousal));
    return object.str();
}

}  // namespace emotion
