#pragma once

#include <optional>
#include <span>
#include <vector>

#include "emotion/emotion_classifier.hpp"
#include "emotion/export.hpp"
#include "emotion/head_pose.hpp"

namespace emotion EMOTION_PUBLIC {

/// What a frame shows, in numbers.
struct FrameStatistics {
    int head_count = 0;                ///< faces
    std::vector<int> emotion_counts;   ///< faces whose likeliest label it is, for each label; empty: not classified
    float attention_coef = 0;          ///< in [0, 1]: largest emotion count / head_count; 0 with no face or no emotions
    std::optional<float> valence;      ///< in [-1, 1]: mean over the faces; unset with no face or no such model
    std::optional<float> arousal;      ///< likewise
    std::optional<float> front_share;  ///< in [0, 1]: of the heads whose pose is known; unset if there is none
    bool operator==(const FrameStatistics&) const = default;
};

/// Counts the faces of a frame. emotions: one for each face, or none at all (heads only); poses: one for each face or
/// none at all, unset where unknown. Throws Error{invalid_argument} for other numbers or mixed labels.
FrameStatistics frame_statistics(int head_count, std::span<const Emotion> emotions = {},
                                 std::span<const std::optional<HeadPose>> poses = {}, const FrontOptions& front = {});

}  // namespace EMOTION_PUBLIC
