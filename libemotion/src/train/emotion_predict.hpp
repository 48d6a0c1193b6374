#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "emotion/model_card.hpp"
#include "nn/load.hpp"

namespace emotion::train {

/// What a model says of pictures.
struct EmotionPrediction {
    at::Tensor log_probabilities;  ///< (n, labels of the model)
    at::Tensor va;                 ///< (n, 2) in [-1, 1]; undefined for a model without that head
};

/// For each label of the model its class in FER+ order, (labels) int64. Throws Error{invalid_argument}, a sentence that
/// begins with `who`, for a label that is none of the eight classes.
at::Tensor class_of_labels(const ModelCard& card, const std::string& who);

/// pixels: (n, channels, height, width) uint8, normalised here as the card says. mirrored: of their mirror images.
EmotionPrediction predict_emotion(const nn::LoadedModule& model, const at::Tensor& pixels, int batch_size,
                                  bool mirrored = false);

/// Probabilities of a prediction, in its type and shape; calibration: null for the model's own labelling.
at::Tensor probabilities_of(const at::Tensor& log_probabilities, const Calibration* calibration);

}  // namespace emotion::train
