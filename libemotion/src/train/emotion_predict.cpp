#include "train/emotion_predict.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "base/check.hpp"
#include "train/emotion_augment.hpp"
#include "train/emotion_samples.hpp"

namespace emotion::train {
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
    return as_channels_last(x);
}

}  // namespace

at::Tensor class_of_labels(const ModelCard& card, const std::string& who) {
    at::Tensor result = at::empty({static_cast<std::int64_t>(card.labels.size())}, at::kLong);
    for (std::size_t i = 0; i < card.labels.size(); ++i) {
        const int index = emotion_label_index(card.labels[i]);
        require(index >= 0, "{}: label '{}' of model {} is none of {}", who, card.labels[i], card.name,
                fmt::join(emotion_labels(), ", "));
        result.mutable_data_ptr<std::int64_t>()[i] = index;
    }
    return result;
}

EmotionPrediction predict_emotion(const nn::LoadedModule& model, const at::Tensor& pixels, int batch_size,
                                  bool mirrored) {
    std::vector<at::Tensor> log_probabilities;
    std::vector<at::Tensor> va;
    const auto& named = model.module->graph().outputs();
    for (std::int64_t begin = 0; begin < pixels.size(0); begin += batch_size) {
        const std::int64_t n = std::min<std::int64_t>(batch_size, pixels.size(0) - begin);
        const at::Tensor x = network_input(pixels.narrow(0, begin, n), model.card.input);
        const std::vector<at::Tensor> outputs = model.module->forward(mirrored ? x.flip({3}) : x);
        for (std::size_t i = 0; i < named.size(); ++i) {
            if (named[i].first == "logits")
                log_probabilities.push_back(at::log_softmax(outputs[i] / model.card.temperature, 1));
            if (named[i].first == "valence_arousal") va.push_back(at::tanh(outputs[i]));
        }
    }
    return {at::cat(log_probabilities), va.empty() ? at::Tensor() : at::cat(va)};
}

at::Tensor probabilities_of(const at::Tensor& log_probabilities, const Calibration* calibration) {
    if (!calibration) return log_probabilities.exp();
    std::vector<at::Tensor> rows;
    for (const std::vector<double>& row : calibration->weights) rows.push_back(at::tensor(row));
    const at::Tensor weights = at::stack(rows).to(log_probabilities.dtype());
    const at::Tensor bias = at::tensor(calibration->bias).to(log_probabilities.dtype());
    return at::softmax(at::addmm(bias, log_probabilities, weights.t()), 1);
}

}  // namespace emotion::train
