#include "emotion/smoothing.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace emotion {
namespace {

void move_towards(float& value, float target, double share) {
    value += static_cast<float>(share) * (target - value);
}

/// A value that one of both lacks is taken as the new one has it.
void move_towards(std::optional<float>& value, const std::optional<float>& target, double share) {
    if (value && target)
        move_towards(*value, *target, share);
    else
        value = target;
}

}  // namespace

EmotionSmoother::EmotionSmoother(double time_constant_s) : time_constant_s_(time_constant_s) {
    require(std::isfinite(time_constant_s) && time_constant_s >= 0,
            "EmotionSmoother: time_constant_s must be at least 0, got {}", time_constant_s);
}

Emotion EmotionSmoother::update(std::int64_t track, const Emotion& emotion, double time_s) {
    require(std::isfinite(time_s), "EmotionSmoother: the time must be finite, got {}", time_s);
    const auto found = states_.find(track);
    if (found == states_.end() || time_constant_s_ == 0) {
        states_.insert_or_assign(track, State{emotion, time_s});
        return emotion;
    }
    State& state = found->second;
    require(time_s >= state.time_s, "EmotionSmoother: times may not go back, got {} s after {} s", time_s,
            state.time_s);
    require(emotion.probabilities.size() == state.emotion.probabilities.size(),
            "EmotionSmoother: expected {} probabilities as before, got {}", state.emotion.probabilities.size(),
            emotion.probabilities.size());
    const double share = 1 - std::exp(-(time_s - state.time_s) / time_constant_s_);
    for (std::size_t i = 0; i < emotion.probabilities.size(); ++i)
        move_towards(state.emotion.probabilities[i], emotion.probabilities[i], share);
    move_towards(state.emotion.valence, emotion.valence, share);
    move_towards(state.emotion.arousal, emotion.arousal, share);
    state.time_s = time_s;
    return state.emotion;
}

const Emotion& EmotionSmoother::last(std::int64_t track) const {
    const auto found = states_.find(track);
    require(found != states_.end(), "EmotionSmoother: nothing is known of track {}", track);
    return found->second.emotion;
}

void EmotionSmoother::keep(std::span<const std::int64_t> tracks) {
    std::erase_if(states_, [&](const auto& entry) {
        return std::find(tracks.begin(), tracks.end(), entry.first) == tracks.end();
    });
}

}  // namespace emotion
