#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "emotion/evaluate_emotion.hpp"
#include "emotion/image.hpp"
#include "emotion/model_card.hpp"

namespace emotion::train {

/// The eight classes in FER+ order.
const std::vector<std::string>& emotion_labels();
/// The place of a class by one of its usual names ("happy", "Happiness", "ANGRY", ...), -1 for another word.
int emotion_label_index(const std::string& name);

/// Labelled faces as the training loop takes them. All tensors on the CPU, first size n.
struct EmotionSamples {
    at::Tensor pixels;        ///< (n, channels, height, width) uint8
    at::Tensor classes;       ///< (n, 8) float: the distribution of the votes; zeros without class labels
    at::Tensor class_weight;  ///< (n) float; 0 without class labels
    at::Tensor majority;      ///< (n) int64: the class by the majority protocol, or the label; -1 where there is none
    at::Tensor clear;         ///< (n) bool: of votes, whether more than half of all ten are for `majority`
    at::Tensor va;            ///< (n, 2) float: valence, arousal; without labels the votes' mean place
    at::Tensor va_weight;     ///< (n) float; 0 without labels of valence and arousal
    std::vector<std::string> skipped;  ///< pictures that could not be read, each with the reason

    std::int64_t count() const { return pixels.defined() ? pixels.size(0) : 0; }
    bool has_classes() const;
    bool has_va() const;
};

/// The picture as the network wants it.
struct EmotionPixels {
    int height = 48;
    int width = 48;
    PixelFormat format = PixelFormat::gray8;
};
EmotionPixels emotion_pixels(const InputSpec& input);

/// Reads data sets one behind the other. Pictures whose most votes say "unknown" or "not a face" are left out.
/// Throws Error{io} for a label file that is missing, of no known kind, or has a wrong line (with its number), and
/// Error{invalid_argument} if nothing is left of a data set.
EmotionSamples read_emotion_datasets(const std::vector<EmotionDataset>& sets, const EmotionPixels& pixels);

}  // namespace emotion::train
