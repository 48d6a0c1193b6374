#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "emotion/export.hpp"
#include "emotion/statistics.hpp"

namespace emotion EMOTION_PUBLIC {

/// The frames of one stretch of time, summed up. Means over frames count every analysed frame alike; means over heads
/// weight a frame by its head_count and leave out frames without the value.
struct TimelinePoint {
    double start_s = 0;
    double end_s = 0;      ///< exclusive
    int frames = 0;        ///< analysed frames; 0: a gap, and all else is 0 or unset
    float head_count = 0;  ///< mean over frames
    int max_head_count = 0;
    std::vector<float> emotion_counts;  ///< mean over frames, for each label
    float attention_coef = 0;           ///< mean over frames
    std::optional<float> valence;       ///< mean over heads
    std::optional<float> arousal;       ///< mean over heads
    std::optional<float> front_share;   ///< mean over heads
    bool operator==(const TimelinePoint&) const = default;
};

/// Statistics over time in stretches of equal length, [k * interval_s, (k + 1) * interval_s), kept as sums: a run of
/// hours needs a few hundred bytes a stretch, and resampling or merging gives exactly what adding the frames anew
/// would. One timeline belongs to one thread at a time.
class Timeline {
public:
    /// labels: of the classifier; empty: heads only. Throws Error{invalid_argument} unless interval_s is above 0.
    explicit Timeline(std::vector<std::string> labels = {}, double interval_s = 1);

    /// Adds a frame, in any order of times (s, at least 0). Throws Error{invalid_argument} for a bad time, and unless
    /// there are as many emotion counts as labels, or none.
    void add(double time_s, const FrameStatistics& statistics);
    /// From the first stretch that has a frame to the last; those without one between them are gaps.
    std::vector<TimelinePoint> points() const;
    /// All frames as one point, from the first to the last stretch; frames = 0 if there is none.
    TimelinePoint total() const;
    /// The same frames in longer stretches. Throws Error{invalid_argument} unless the new interval is a multiple.
    Timeline resample(double interval_s) const;
    /// Adds the frames of another timeline, `offset_s` later: another camera of the same room, or the next part of a
    /// recording. Throws Error{invalid_argument} for other labels or another interval, an offset that is no multiple
    /// of the interval, or times below 0.
    void merge(const Timeline& other, double offset_s = 0);

    const std::vector<std::string>& labels() const noexcept { return labels_; }
    double interval_s() const noexcept { return interval_s_; }

private:
    struct WeightedMean {
        double sum = 0;
        std::int64_t heads = 0;

        void add(const std::optional<float>& value, int heads);
        void add(const WeightedMean& other);
        std::optional<float> get() const;
    };
    struct Sums {
        std::int64_t frames = 0;
        std::int64_t heads = 0;
        int max_heads = 0;
        std::vector<std::int64_t> emotions;
        double attention = 0;
        WeightedMean valence;
        WeightedMean arousal;
        WeightedMean front_share;

        void add(const FrameStatistics& statistics);
        void add(const Sums& other);
    };
    TimelinePoint point(std::int64_t first, std::int64_t end, const Sums& sums) const;

    std::vector<std::string> labels_;
    double interval_s_;
    std::map<std::int64_t, Sums> stretches_;
};

}  // namespace EMOTION_PUBLIC
