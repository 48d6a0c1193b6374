#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "base/check.hpp"
#include "emotion/evaluate_emotion.hpp"
#include "emotion/model_store.hpp"
#include "emotion/threads.hpp"
#include "nn/load.hpp"
#include "train/emotion_augment.hpp"
#include "train/emotion_data.hpp"
#include "train/emotion_json.hpp"
#include "train/emotion_judge.hpp"

namespace emotion {
namespace {

/// The card's normalisation of uint8 pictures.
at::Tensor network_input(const at::Tensor& pixels, const InputSpec& spec) {
    const auto count = pixels.size(1);
    at::Tensor mean = at::empty({1, count, 1, 1});
    at::Tensor scale = at::empty({1, count, 1, 1});
    for (std::int64_t c = 0; c < count; ++c) {
        mean.mutable_data_ptr<float>()[c] = spec.mean[static_cast<std::size_t>(c)];
        scale.mutable_data_ptr<float>()[c] = spec.scale[static_cast<std::size_t>(c)];
    }
    at::Tensor x = (pixels.to(at::kFloat) - mean) * scale;
    if (spec.per_image) {
        at::Tensor deviation = x.var(at::IntArrayRef{1, 2, 3}, false, true).sqrt_().clamp_min_(1e-3);
        x = (x - x.mean({1, 2, 3}, true)) / deviation;
    }
    return train::as_channels_last(x);
}

/// For each label of the model its class in FER+ order.
at::Tensor class_of_labels(const ModelCard& card) {
    at::Tensor result = at::empty({static_cast<std::int64_t>(card.labels.size())}, at::kLong);
    for (std::size_t i = 0; i < card.labels.size(); ++i) {
        const int index = train::emotion_label_index(card.labels[i]);
        require(index >= 0, "evaluate_emotion: label '{}' of model {} is none of {}", card.labels[i], card.name,
                fmt::join(train::emotion_labels(), ", "));
        result.mutable_data_ptr<std::int64_t>()[i] = index;
    }
    return result;
}

struct Prediction {
    at::Tensor probabilities;  // (n, labels of the model)
    at::Tensor va;             // (n, 2) or undefined
};

Prediction predict(const nn::LoadedModule& model, const at::Tensor& x) {
    std::vector<at::Tensor> outputs = model.module->forward(x);
    Prediction result;
    const auto& named = model.module->graph().outputs();
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (named[i].first == "logits") result.probabilities = at::softmax(outputs[i] / model.card.temperature, 1);
        if (named[i].first == "valence_arousal") result.va = at::tanh(outputs[i]);
    }
    return result;
}

EmotionEvaluation evaluate(const EmotionEvaluationOptions& options) {
    at::NoGradGuard no_grad;
    nn::LoadedModule model = nn::load_module(find_model(options.model));
    require(model.card.task == "emotion", "evaluate_emotion: model {} is for the task '{}', not emotion",
            model.card.name, model.card.task);
    at::Tensor classes = class_of_labels(model.card);
    const train::EmotionSamples samples =
        train::read_emotion_datasets(options.data, train::emotion_pixels(model.card.input));
    std::vector<at::Tensor> probabilities;
    std::vector<at::Tensor> va;
    for (std::int64_t begin = 0; begin < samples.count(); begin += options.batch_size) {
        const std::int64_t n = std::min<std::int64_t>(options.batch_size, samples.count() - begin);
        at::Tensor x = network_input(samples.pixels.narrow(0, begin, n), model.card.input);
        Prediction p = predict(model, x);
        if (options.flip_average) {
            Prediction mirrored = predict(model, x.flip({3}));
            p.probabilities = (p.probabilities + mirrored.probabilities) / 2;
            if (p.va.defined()) p.va = (p.va + mirrored.va) / 2;
        }
        probabilities.push_back(at::zeros({n, 8}).index_add(1, classes, p.probabilities));
        if (p.va.defined()) va.push_back(p.va);
    }
    return train::judge(at::cat(probabilities), va.empty() ? at::Tensor() : at::cat(va), samples);
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
