#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "emotion/emotion_classifier.hpp"
#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// Averages what a classifier says of one face over time: probabilities, valence and arousal of each track go towards
/// the new values by 1 - exp(-dt / time_constant_s) (exponential smoothing at uneven times): after a jump, 63 % of it
/// is reached after one time constant, 95 % after three, at any frame rate. The first values of a track are taken as
/// they are. Probabilities go on summing to 1. One smoother belongs to one thread at a time.
class EmotionSmoother {
public:
    /// Throws Error{invalid_argument} unless the time constant is finite and at least 0 (0: no smoothing).
    explicit EmotionSmoother(double time_constant_s = 0.5);

    /// Takes in what was said of a track at a time, s, and gives the average. Throws Error{invalid_argument} for a time
    /// before the track's last one and for another number of labels.
    Emotion update(std::int64_t track, const Emotion& emotion, double time_s);
    /// What update gave last for a track. Throws Error{invalid_argument} for a track that is not known.
    const Emotion& last(std::int64_t track) const;
    /// Forgets all tracks but these.
    void keep(std::span<const std::int64_t> tracks);
    double time_constant_s() const noexcept { return time_constant_s_; }

private:
    struct State {
        Emotion emotion;
        double time_s = 0;
    };
    double time_constant_s_;
    std::map<std::int64_t, State> states_;
};

}  // namespace EMOTION_PUBLIC
