#include "emotion/emotion_classifier.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "base/check.hpp"
#include "emotion/alignment.hpp"
#include "emotion/model_store.hpp"
#include "face/network_input.hpp"
#include "model/calibration.hpp"
#include "nn/executor.hpp"
#include "nn/inference.hpp"

namespace emotion {
namespace {

int position_of(const std::vector<std::string>& names, const char* name) {
    auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

/// What the network says of some crops, before it is handed out.
struct Scores {
    std::vector<std::vector<double>> probabilities;
    std::vector<std::array<double, 2>> valence_arousal;  // empty where the network has no such output
};

/// Logarithms of the softmax of scores.
std::vector<double> log_softmax(std::vector<double> scores) {
    const double largest = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (double score : scores) sum += std::exp(score - largest);
    const double shift = largest + std::log(sum);
    for (double& score : scores) score -= shift;
    return scores;
}

/// What the softmax takes in place of z = log_softmax(scores): weights * z + bias.
std::vector<double> calibrated(const Calibration& calibration, const std::vector<double>& z) {
    std::vector<double> scores = calibration.bias;
    for (std::size_t i = 0; i < scores.size(); ++i)
        scores[i] = std::inner_product(z.begin(), z.end(), calibration.weights[i].begin(), scores[i]);
    return scores;
}

/// Logits to probabilities. calibration: null for the model's own labelling.
std::vector<double> to_probabilities(const float* logits, std::int64_t step, const ModelCard& card,
                                     const Calibration* calibration) {
    std::vector<double> values(card.labels.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<double>(logits[static_cast<std::int64_t>(i) * step]) / card.temperature;
        if (!std::isfinite(values[i]))
            fail(ErrorCode::runtime, "EmotionClassifier: the network gave a value that is not finite");
    }
    values = log_softmax(std::move(values));
    if (calibration) values = log_softmax(calibrated(*calibration, values));
    for (double& value : values) value = std::exp(value);
    return values;
}

void average(Scores& scores, const Scores& other) {
    for (std::size_t i = 0; i < scores.probabilities.size(); ++i)
        for (std::size_t k = 0; k < scores.probabilities[i].size(); ++k)
            scores.probabilities[i][k] = (scores.probabilities[i][k] + other.probabilities[i][k]) / 2;
    for (std::size_t i = 0; i < scores.valence_arousal.size(); ++i)
        for (std::size_t k = 0; k < 2; ++k)
            scores.valence_arousal[i][k] = (scores.valence_arousal[i][k] + other.valence_arousal[i][k]) / 2;
}

}  // namespace

int Emotion::label_index() const {
    require(labels && !probabilities.empty() && probabilities.size() == labels->size(),
            "Emotion: {} probabilities for {} labels, expected one for each", probabilities.size(),
            labels ? labels->size() : 0);
    return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

void EmotionClassifierOptions::validate() const {
    require(!model.empty(), "EmotionClassifier: model must be a name or a folder, got an empty string");
    require(batch_size >= 1, "EmotionClassifier: batch_size must be at least 1, got {}", batch_size);
}

struct EmotionClassifier::Impl {
    EmotionClassifierOptions options;
    nn::Executor network;
    std::shared_ptr<const std::vector<std::string>> labels;
    const Calibration* calibration;  // of the network's card
    int logits_output;
    int valence_arousal_output;
    PixelTransform transform;
    mutable InputBuffers buffers;

    explicit Impl(const EmotionClassifierOptions& given)
        : options(given),
          network(find_emotion_model(given), NetworkForm::compiled, given.device, given.precision),
          labels(std::make_shared<const std::vector<std::string>>(network.card().labels)),
          calibration(find_calibration(network.card(), given.calibration, "EmotionClassifier")),
          logits_output(position_of(network.output_names(), "logits")),
          valence_arousal_output(position_of(network.output_names(), "valence_arousal")),
          transform(pixel_transform(network.card().input)) {
        if (logits_output < 0)
            fail(ErrorCode::model_format, "EmotionClassifier: model '{}' gives no logits", given.model);
    }

    /// Refuses other models by their card, before their weights are read.
    static std::filesystem::path find_emotion_model(const EmotionClassifierOptions& given) {
        given.validate();
        std::filesystem::path folder = find_model(given.model);
        const ModelCard card = read_model_card(folder);
        require(card.task == "emotion", "EmotionClassifier: model '{}' is a {} model, expected an emotion model",
                given.model, card.task);
        if (card.input.height < 1 || card.input.width < 1 || card.labels.empty())
            fail(ErrorCode::model_format,
                 "EmotionClassifier: the card of model '{}' must give an input size and labels", given.model);
        find_calibration(card, given.calibration, "EmotionClassifier");
        return folder;
    }

    /// Classifies `count` crops; fill(i, out) writes crop i as the network takes it, channels last.
    std::vector<Emotion> classify(std::size_t count, const std::function<void(std::size_t, float*)>& fill) const;
    Scores forward(const at::Tensor& x) const;
};

std::vector<Emotion> EmotionClassifier::Impl::classify(std::size_t count,
                                                       const std::function<void(std::size_t, float*)>& fill) const {
    const nn::InferenceGuard guard;
    const InputSpec& input = network.card().input;
    const std::int64_t depth = channels(transform.format);
    const std::int64_t crop_floats = std::int64_t{input.height} * input.width * depth;
    const std::size_t at_once = std::min(count, static_cast<std::size_t>(options.batch_size));
    std::vector<Emotion> emotions;
    emotions.reserve(count);
    for (std::size_t begin = 0; begin < count; begin += at_once) {
        const std::int64_t n = static_cast<std::int64_t>(std::min(at_once, count - begin));
        InputBuffers::Lease crops(buffers, static_cast<std::size_t>(n * crop_floats));
        for (std::int64_t i = 0; i < n; ++i) fill(begin + static_cast<std::size_t>(i), crops.data() + i * crop_floats);
        const at::Tensor x = at::from_blob(crops.data(), {n, depth, input.height, input.width},
                                           {crop_floats, 1, input.width * depth, depth}, at::TensorOptions(at::kFloat));
        Scores scores = forward(x);
        if (options.flip_average) average(scores, forward(at::flip(x, {3})));
        for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
            Emotion& emotion = emotions.emplace_back();
            emotion.labels = labels;
            emotion.probabilities.assign(scores.probabilities[i].begin(), scores.probabilities[i].end());
            if (scores.valence_arousal.empty()) continue;
            emotion.valence = static_cast<float>(scores.valence_arousal[i][0]);
            emotion.arousal = static_cast<float>(scores.valence_arousal[i][1]);
        }
    }
    return emotions;
}

Scores EmotionClassifier::Impl::forward(const at::Tensor& x) const {
    const std::vector<at::Tensor> outputs = network.forward(x);
    const at::Tensor& logits = outputs[static_cast<std::size_t>(logits_output)];
    if (logits.size(1) != static_cast<std::int64_t>(labels->size()))
        fail(ErrorCode::model_format, "EmotionClassifier: the network gives {} classes for {} labels", logits.size(1),
             labels->size());
    Scores scores;
    for (std::int64_t i = 0; i < x.size(0); ++i)
        scores.probabilities.push_back(to_probabilities(logits.const_data_ptr<float>() + i * logits.stride(0),
                                                        logits.stride(1), network.card(), calibration));
    if (valence_arousal_output < 0) return scores;
    const at::Tensor& plane = outputs[static_cast<std::size_t>(valence_arousal_output)];
    for (std::int64_t i = 0; i < x.size(0); ++i) {
        const float* values = plane.const_data_ptr<float>() + i * plane.stride(0);
        scores.valence_arousal.push_back({std::tanh(values[0]), std::tanh(values[plane.stride(1)])});
    }
    return scores;
}

EmotionClassifier::EmotionClassifier(const EmotionClassifierOptions& options)
    : impl_(std::make_unique<Impl>(options)) {}
EmotionClassifier::~EmotionClassifier() = default;
EmotionClassifier::EmotionClassifier(EmotionClassifier&&) noexcept = default;
EmotionClassifier& EmotionClassifier::operator=(EmotionClassifier&&) noexcept = default;

std::vector<Emotion> EmotionClassifier::classify(const ImageView& image, std::span<const Face> faces) const {
    image.validate("EmotionClassifier: image");
    const ModelCard& card = impl_->network.card();
    return nn::with_torch_errors("EmotionClassifier", [&] {
        return impl_->classify(faces.size(), [&](std::size_t i, float* out) {
            warp_into(image, crop_from_image(faces[i], card.crop, card.input.height, card.input.width),
                      card.input.height, card.input.width, impl_->transform, out);
        });
    });
}

std::vector<std::vector<Emotion>> EmotionClassifier::classify(std::span<const ImageView> images,
                                                              std::span<const std::vector<Face>> faces) const {
    require(images.size() == faces.size(),
            "EmotionClassifier: {} pictures with {} lists of faces, expected one for each", images.size(),
            faces.size());
    for (const ImageView& image : images) image.validate("EmotionClassifier: image");
    std::vector<std::pair<std::size_t, std::size_t>> all;  // picture, face
    for (std::size_t i = 0; i < faces.size(); ++i)
        for (std::size_t k = 0; k < faces[i].size(); ++k) all.emplace_back(i, k);
    const ModelCard& card = impl_->network.card();
    std::vector<Emotion> emotions = nn::with_torch_errors("EmotionClassifier", [&] {
        return impl_->classify(all.size(), [&](std::size_t i, float* out) {
            const auto [picture, face] = all[i];
            warp_into(images[picture],
                      crop_from_image(faces[picture][face], card.crop, card.input.height, card.input.width),
                      card.input.height, card.input.width, impl_->transform, out);
        });
    });
    std::vector<std::vector<Emotion>> results(images.size());
    for (std::size_t i = 0; i < all.size(); ++i) results[all[i].first].push_back(std::move(emotions[i]));
    return results;
}

std::vector<Emotion> EmotionClassifier::classify_crops(std::span<const ImageView> crops) const {
    for (const ImageView& crop : crops) crop.validate("EmotionClassifier: crop");
    const InputSpec& input = impl_->network.card().input;
    return nn::with_torch_errors("EmotionClassifier", [&] {
        return impl_->classify(crops.size(), [&](std::size_t i, float* out) {
            resize_into(crops[i], input.height, input.width, impl_->transform, out,
                        std::ptrdiff_t{input.width} * channels(impl_->transform.format));
        });
    });
}

const std::vector<std::string>& EmotionClassifier::labels() const noexcept {
    return *impl_->labels;
}
bool EmotionClassifier::has_valence_arousal() const noexcept {
    return impl_->valence_arousal_output >= 0;
}
const EmotionClassifierOptions& EmotionClassifier::options() const noexcept {
    return impl_->options;
}
const ModelCard& EmotionClassifier::card() const noexcept {
    return impl_->network.card();
}
const std::string& EmotionClassifier::device() const noexcept {
    return impl_->network.device();
}
Precision EmotionClassifier::precision() const noexcept {
    return impl_->network.precision();
}

}  // namespace emotion
