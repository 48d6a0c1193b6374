#pragma once

#include "emotion/evaluate_emotion.hpp"
#include "nn/module.hpp"
#include "train/emotion_samples.hpp"

namespace emotion::train {

/// What a network says of pictures, before softmax and tanh.
struct EmotionOutputs {
    at::Tensor logits;  ///< (n, classes)
    at::Tensor va;      ///< (n, 2); undefined for a network without that head
};

/// pixels: (n, c, h, w) uint8; each picture brought to mean 0 and deviation 1. module: in evaluation mode, on any
/// device. The outputs are on the CPU.
EmotionOutputs run_on_pictures(const nn::Module& module, const at::Tensor& pixels, int batch_size);

/// Figures of predictions. probabilities: (n, 8) in FER+ order (may sum to less than 1 for a model that knows other
/// classes too); va: (n, 2) in [-1, 1], undefined for none.
EmotionEvaluation judge(const at::Tensor& probabilities, const at::Tensor& va, const EmotionSamples& samples);

/// The same from outputs of a network with the eight classes in FER+ order.
EmotionEvaluation judge(const EmotionOutputs& outputs, double temperature, const EmotionSamples& samples);

/// Mean of the soft cross entropy over the pictures with class labels.
double class_loss(const EmotionOutputs& outputs, const EmotionSamples& samples);

/// Scale and shift of each of valence and arousal, applied before tanh, that give the best concordance.
struct VaCorrection {
    std::array<double, 2> scale{1, 1};
    std::array<double, 2> shift{0, 0};
};
VaCorrection fit_va_correction(const EmotionOutputs& outputs, const EmotionSamples& samples);

}  // namespace emotion::train
