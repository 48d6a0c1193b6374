#include "emotion/circumplex.hpp"

#include <array>
#include <cmath>

#include "base/check.hpp"

namespace emotion {
namespace {

constexpr std::array<CircumplexEmotion, 7> kEmotions{{{"anger", -0.46f, 0.89f},
                                                      {"contempt", -0.65f, 0.76f},
                                                      {"disgust", -0.81f, 0.58f},
                                                      {"fear", -0.14f, 0.99f},
                                                      {"happy", 0.98f, 0.19f},
                                                      {"sad", -0.90f, -0.44f},
                                                      {"surprise", 0.43f, 0.90f}}};
constexpr float kNeutralRadius = 0.1f;
constexpr float kLargestRadius = 1.0f;
constexpr float kLargestDistance = 0.1f;

/// A point as an emotion's ray sees it.
struct RayPosition {
    float along;     ///< from the origin in the ray's direction
    float distance;  ///< from the ray, which begins at the origin
};

RayPosition position_to_ray(float valence, float arousal, const CircumplexEmotion& emotion) {
    const float length = std::hypot(emotion.valence, emotion.arousal);
    const float along = (valence * emotion.valence + arousal * emotion.arousal) / length;
    const float across = std::abs(valence * emotion.arousal - arousal * emotion.valence) / length;
    return {along, along > 0 ? across : std::hypot(valence, arousal)};
}

}  // namespace

std::span<const CircumplexEmotion> circumplex_emotions() noexcept {
    return kEmotions;
}

CircumplexMatch match_circumplex(float valence, float arousal) {
    require(std::isfinite(valence) && std::isfinite(arousal),
            "match_circumplex: valence and arousal must be finite, got {} and {}", valence, arousal);
    const float radius = std::hypot(valence, arousal);
    if (radius <= kNeutralRadius) return {"neutral", 1 - radius};
    CircumplexMatch best{"uncertain", 0};
    if (radius > kLargestRadius) return best;
    float nearest = kLargestDistance;
    for (const CircumplexEmotion& emotion : kEmotions) {
        const RayPosition position = position_to_ray(valence, arousal, emotion);
        if (position.distance > nearest) continue;
        nearest = position.distance;
        best = {emotion.name, position.along};  // cos(angle) * radius is the way along the ray
    }
    return best;
}

}  // namespace emotion
