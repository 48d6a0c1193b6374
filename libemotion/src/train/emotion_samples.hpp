#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace emotion::train
