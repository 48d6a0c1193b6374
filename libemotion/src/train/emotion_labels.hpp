#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "emotion/evaluate_emotion.hpp"

namespace emotion::train {

/// What a label file says of one picture.
struct LabelledPicture {
    std::string name;                ///< path inside pictures_folder
    std::array<float, 8> classes{};  ///< distribution over the classes; zeros without class labels
    int majority = -1;               ///< see EmotionSamples
    bool clear = false;              ///< see EmotionSamples
    bool has_classes = false;
    std::optional<std::array<float, 2>> va;  ///< valence and arousal
};

/// The folder that the names of a data set's pictures are in.
std::filesystem::path pictures_folder(const EmotionDataset& set);

/// A data set's pictures in the order of their names, those of `set.part`. See read_emotion_datasets for errors.
std::vector<LabelledPicture> read_emotion_labels(const EmotionDataset& set);

/// The distribution that FER+ training uses: votes of a single person dropped, the rest over the eight classes
/// normalised. The picture is none (has_classes is false) if no vote is left or the most are for unknown or not-a-face.
/// votes: of neutral ... contempt, unknown, not a face.
LabelledPicture picture_from_votes(const std::string& name, const std::array<float, 10>& votes);

/// The mean place on the circumplex of a distribution over the classes, (valence, arousal).
std::array<float, 2> mean_circumplex(const std::array<float, 8>& classes);

}  // namespace emotion::train
