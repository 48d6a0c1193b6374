#pragma once

#include <span>
#include <string>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// An emotion's place in the plane of valence and arousal.
struct CircumplexEmotion {
    const char* name;
    float valence;
    float arousal;
};

/// The emotions with their places (anger, contempt, disgust, fear, happy, sad, surprise; neutral is the centre).
std::span<const CircumplexEmotion> circumplex_emotions() noexcept;

struct CircumplexMatch {
    std::string name;   ///< an emotion, "neutral" or "uncertain"
    float probability;  ///< in [0, 1]; 0 for "uncertain"
    bool operator==(const CircumplexMatch&) const = default;
};

/// The emotion that a valence and an arousal point to. radius = sqrt(v^2 + a^2). Radius <= 0.1: "neutral" with
/// 1 - radius. Radius > 1, or farther than 0.1 from every emotion's ray (the half line from the origin through its
/// place): "uncertain" with 0. Else the emotion of the nearest ray, with cos(angle between point and emotion) * radius.
/// Throws Error{invalid_argument} unless both are finite.
CircumplexMatch match_circumplex(float valence, float arousal);

}  // namespace EMOTION_PUBLIC
