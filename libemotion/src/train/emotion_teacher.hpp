#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "emotion/model_card.hpp"
#include "nn/compiled.hpp"

namespace emotion::train {

/// What a batch of n pictures is trained towards.
struct EmotionTargets {
    at::Tensor classes;        ///< (n, 8) float, distributions
    at::Tensor class_weight;   ///< (n) float; 0: no target of classes
    at::Tensor va;             ///< (n, 2) float: valence, arousal
    at::Tensor va_weight;      ///< (n) float, of labels; 0 without
    at::Tensor weak_va;        ///< (n) bool: no label, but `va` holds a guess
    double weak_va_share = 0;  ///< of the guesses in the loss
};

/// What teachers say of a batch.
struct EmotionTeacherView {
    at::Tensor classes;  ///< (n, 8): mean of their probabilities, at temperature 1
    at::Tensor va;       ///< (n, 2) in (-1, 1): mean; undefined if none has that head
};

/// Knowledge distillation (Hinton et al. 2015, arXiv 1503.02531): labels and teachers mixed. Classes and valence and
/// arousal become (1 - share) * label + share * teacher where there is a label; else the teacher alone, classes with
/// weight `share`, valence and arousal as a guess with va_share * share.
/// share: in (0, 1]. va_share: of labelled valence and arousal in the loss.
void mix_in_teachers(EmotionTargets& targets, const EmotionTeacherView& view, double share, double va_share);

/// Emotion networks that are there already, for inference on one device.
class EmotionTeachers {
public:
    /// None.
    EmotionTeachers() = default;
    /// models: names or folders. Throws Error{invalid_argument} for one with other labels than emotion_labels() or
    /// another size, colour or normalisation than `input`.
    EmotionTeachers(const std::vector<std::string>& models, const InputSpec& input, c10::Device device = c10::kCPU);

    bool empty() const noexcept { return teachers_.empty(); }

    /// x: (n, c, h, w) on the device, as the network that is trained gets it; the view is there too. Not for empty().
    EmotionTeacherView look(const at::Tensor& x) const;

private:
    struct Teacher {
        nn::CompiledNetwork network;
        std::size_t logits;             // places in its outputs
        std::optional<std::size_t> va;  // likewise
    };
    std::vector<Teacher> teachers_;
};

}  // namespace emotion::train
