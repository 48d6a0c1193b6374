#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "emotion/evaluate_emotion.hpp"
#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// A picture of one face and what its data set says of it.
struct LabelledFace {
    std::filesystem::path path;
    std::string label;             ///< one of the eight classes in their FER+ names; of votes the majority (see
                                   ///< EmotionEvaluation); empty: no class label
    bool clear = false;            ///< of votes: whether more than half of all ten are for `label`
    std::optional<float> valence;  ///< in [-1, 1]; set together with arousal
    std::optional<float> arousal;
    bool operator==(const LabelledFace&) const = default;
};

/// The pictures of a data set in the order of their names, those of its part. Labels whose weight is 0 are left out,
/// and with them pictures that have no other. Throws Error{io} for a label file that is missing or has a wrong line.
std::vector<LabelledFace> read_emotion_labels(const EmotionDataset& data);

/// The place among the eight classes in FER+ order (neutral, happiness, surprise, sadness, anger, disgust, fear,
/// contempt) of one of a class's usual names, in any case ("happy", "ANGRY"); unset for another word.
std::optional<int> find_emotion_label(const std::string& name);

}  // namespace EMOTION_PUBLIC
