#include "train/emotion_judge.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"
#include "train/emotion_augment.hpp"
#include "train/emotion_loss.hpp"
#include "train/metrics.hpp"

namespace emotion::train {
namespace {

RegressionFigures regression(const at::Tensor& said, const at::Tensor& truth) {
    return {concordance(said, truth), root_mean_square_error(said, truth)};
}

void judge_classes(const at::Tensor& probabilities, const EmotionSamples& samples, EmotionEvaluation& result) {
    at::Tensor places = samples.majority.ge(0).nonzero().squeeze(1);
    at::Tensor truth = samples.majority.index_select(0, places);
    at::Tensor own = probabilities.index_select(0, places);
    at::Tensor said = own.argmax(1);
    at::Tensor confusion = confusion_matrix(truth, said, static_cast<std::int64_t>(result.labels.size()));
    result.class_count = places.size(0);
    result.accuracy = accuracy(confusion);
    result.macro_f1 = macro_f1(confusion);
    result.ece = calibration_error(own, truth);
    at::Tensor recall = recalls(confusion);
    for (std::int64_t i = 0; i < recall.size(0); ++i) {
        result.recall.push_back(recall[i].item<double>());
        const auto* row = confusion[i].const_data_ptr<std::int64_t>();
        result.confusion.emplace_back(row, row + confusion.size(1));
    }
    at::Tensor clear = samples.clear.index_select(0, places);
    result.clear_count = clear.sum().item<std::int64_t>();
    if (result.clear_count > 0)
        result.clear_accuracy =
            said.eq(truth).logical_and(clear).sum().item<double>() / static_cast<double>(result.clear_count);
}

}  // namespace

EmotionOutputs run_on_pictures(const nn::Module& module, const at::Tensor& pixels, int batch_size) {
    at::NoGradGuard no_grad;
    const c10::Device device = module.parameters().front().device();
    std::vector<at::Tensor> logits;
    std::vector<at::Tensor> va;
    for (std::int64_t begin = 0; begin < pixels.size(0); begin += batch_size) {
        const std::int64_t count = std::min<std::int64_t>(batch_size, pixels.size(0) - begin);
        at::Tensor x = normalise_pictures(pixels.narrow(0, begin, count).to(device));
        std::vector<at::Tensor> outputs = module.forward(x);
        logits.push_back(outputs.at(0).to(at::kCPU));
        if (outputs.size() > 1) va.push_back(outputs.at(1).to(at::kCPU));
    }
    return {at::cat(logits), va.empty() ? at::Tensor() : at::cat(va)};
}

EmotionEvaluation judge(const at::Tensor& probabilities, const at::Tensor& va, const EmotionSamples& samples) {
    at::NoGradGuard no_grad;
    EmotionEvaluation result;
    result.labels = emotion_labels();
    result.skipped = samples.skipped;
    judge_classes(probabilities, samples, result);
    at::Tensor places = samples.va_weight.gt(0).nonzero().squeeze(1);
    if (va.defined() && places.size(0) > 0) {
        at::Tensor said = va.index_select(0, places);
        at::Tensor truth = samples.va.index_select(0, places);
        result.va_count = places.size(0);
        result.valence = regression(said.select(1, 0), truth.select(1, 0));
        result.arousal = regression(said.select(1, 1), truth.select(1, 1));
    }
    return result;
}

EmotionEvaluation judge(const EmotionOutputs& outputs, double temperature, const EmotionSamples& samples) {
    at::NoGradGuard no_grad;
    return judge(at::softmax(outputs.logits / temperature, 1),
                 outputs.va.defined() ? at::tanh(outputs.va) : at::Tensor(), samples);
}

double class_loss(const EmotionOutputs& outputs, const EmotionSamples& samples) {
    at::NoGradGuard no_grad;
    if (!samples.has_classes()) return std::numeric_limits<double>::quiet_NaN();
    at::Tensor counted = samples.class_weight.gt(0).to(at::kFloat);
    return soft_cross_entropy(outputs.logits, samples.classes, counted, 0).item<double>();
}

VaCorrection fit_va_correction(const EmotionOutputs& outputs, const EmotionSamples& samples) {
    at::NoGradGuard no_grad;
    VaCorrection best;
    if (!outputs.va.defined() || !samples.has_va()) return best;
    at::Tensor places = samples.va_weight.gt(0).nonzero().squeeze(1);
    for (std::int64_t k = 0; k < 2; ++k) {
        at::Tensor raw = outputs.va.index_select(0, places).select(1, k);
        at::Tensor truth = samples.va.index_select(0, places).select(1, k);
        double best_ccc = concordance(at::tanh(raw), truth);
        for (int i = 0; i <= 40; ++i)
            for (int j = -20; j <= 20; ++j) {
                const double scale = 0.6 + 0.035 * i;  // 0.6 ... 2.0
                const double shift = 0.02 * j;         // -0.4 ... 0.4
                const double ccc = concordance(at::tanh(raw * scale + shift), truth);
                if (ccc <= best_ccc) continue;
                best_ccc = ccc;
                best.scale[static_cast<std::size_t>(k)] = scale;
                best.shift[static_cast<std::size_t>(k)] = shift;
            }
    }
    return best;
}

}  // namespace emotion::train
