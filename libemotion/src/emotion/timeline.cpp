#include "emotion/timeline.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace emotion {
namespace {

constexpr double kSlack = 1e-6;  // of an interval: 0.1 + 0.2 counts as 0.3

/// How many intervals a length is; throws unless it is a whole number of them, at least `least`.
std::int64_t whole_intervals(const char* what, double length_s, double interval_s, std::int64_t least) {
    const double count = length_s / interval_s;
    const double whole = std::round(count);
    require(std::isfinite(count) && std::abs(count - whole) <= kSlack * std::max(1.0, std::abs(whole)) &&
                whole >= static_cast<double>(least),
            "Timeline: {} must be a multiple of {} s, got {} s", what, interval_s, length_s);
    return static_cast<std::int64_t>(whole);
}

void add_counts(std::vector<std::int64_t>& sums, const auto& counts) {
    if (sums.size() < counts.size()) sums.resize(counts.size(), 0);
    for (std::size_t i = 0; i < counts.size(); ++i) sums[i] += counts[i];
}

}  // namespace

void Timeline::WeightedMean::add(const std::optional<float>& value, int weight) {
    if (!value) return;
    sum += static_cast<double>(*value) * weight;
    heads += weight;
}

void Timeline::WeightedMean::add(const WeightedMean& other) {
    sum += other.sum;
    heads += other.heads;
}

std::optional<float> Timeline::WeightedMean::get() const {
    return heads > 0 ? std::optional(static_cast<float>(sum / static_cast<double>(heads))) : std::nullopt;
}

void Timeline::Sums::add(const FrameStatistics& statistics) {
    ++frames;
    heads += statistics.head_count;
    max_heads = std::max(max_heads, statistics.head_count);
    add_counts(emotions, statistics.emotion_counts);
    attention += static_cast<double>(statistics.attention_coef);
    valence.add(statistics.valence, statistics.head_count);
    arousal.add(statistics.arousal, statistics.head_count);
    front_share.add(statistics.front_share, statistics.head_count);
}

void Timeline::Sums::add(const Sums& other) {
    frames += other.frames;
    heads += other.heads;
    max_heads = std::max(max_heads, other.max_heads);
    add_counts(emotions, other.emotions);
    attention += other.attention;
    valence.add(other.valence);
    arousal.add(other.arousal);
    front_share.add(other.front_share);
}

Timeline::Timeline(std::vector<std::string> labels, double interval_s)
    : labels_(std::move(labels)), interval_s_(interval_s) {
    require(std::isfinite(interval_s) && interval_s > 0, "Timeline: interval_s must be above 0, got {}", interval_s);
}

void Timeline::add(double time_s, const FrameStatistics& statistics) {
    require(std::isfinite(time_s) && time_s >= 0, "Timeline: the time must be at least 0 s, got {}", time_s);
    require(statistics.emotion_counts.empty() || statistics.emotion_counts.size() == labels_.size(),
            "Timeline: expected {} emotion counts or none, got {}", labels_.size(), statistics.emotion_counts.size());
    stretches_[static_cast<std::int64_t>(std::floor(time_s / interval_s_ + kSlack))].add(statistics);
}

std::vector<TimelinePoint> Timeline::points() const {
    std::vector<TimelinePoint> points;
    if (stretches_.empty()) return points;
    std::int64_t next = stretches_.begin()->first;
    for (const auto& [place, sums] : stretches_) {
        for (; next < place; ++next) points.push_back(point(next, next + 1, {}));
        points.push_back(point(place, place + 1, sums));
        next = place + 1;
    }
    return points;
}

TimelinePoint Timeline::total() const {
    Sums sums;
    for (const auto& [place, stretch] : stretches_) sums.add(stretch);
    if (stretches_.empty()) return point(0, 0, sums);
    return point(stretches_.begin()->first, stretches_.rbegin()->first + 1, sums);
}

Timeline Timeline::resample(double interval_s) const {
    const std::int64_t factor = whole_intervals("the new interval", interval_s, interval_s_, 1);
    Timeline longer(labels_, interval_s);
    for (const auto& [place, sums] : stretches_) longer.stretches_[place / factor].add(sums);
    return longer;
}

void Timeline::merge(const Timeline& other, double offset_s) {
    require(other.labels_ == labels_, "Timeline: expected the labels {}, got {}", labels_, other.labels_);
    require(other.interval_s_ == interval_s_, "Timeline: expected intervals of {} s, got {} s", interval_s_,
            other.interval_s_);
    const std::int64_t offset = whole_intervals("the offset", offset_s, interval_s_, INT32_MIN);
    require(other.stretches_.empty() || other.stretches_.begin()->first + offset >= 0,
            "Timeline: with an offset of {} s the first frame would be before 0 s", offset_s);
    const std::map<std::int64_t, Sums> added = other.stretches_;  // a copy: `other` may be this timeline
    for (const auto& [place, sums] : added) stretches_[place + offset].add(sums);
}

TimelinePoint Timeline::point(std::int64_t first, std::int64_t end, const Sums& sums) const {
    TimelinePoint point;
    point.start_s = static_cast<double>(first) * interval_s_;
    point.end_s = static_cast<double>(end) * interval_s_;
    point.frames = static_cast<int>(sums.frames);
    point.emotion_counts.assign(labels_.size(), 0);
    if (sums.frames == 0) return point;
    const auto frames = static_cast<double>(sums.frames);
    point.head_count = static_cast<float>(static_cast<double>(sums.heads) / frames);
    point.max_head_count = sums.max_heads;
    for (std::size_t i = 0; i < sums.emotions.size(); ++i)
        point.emotion_counts[i] = static_cast<float>(static_cast<double>(sums.emotions[i]) / frames);
    point.attention_coef = static_cast<float>(sums.attention / frames);
    point.valence = sums.valence.get();
    point.arousal = sums.arousal.get();
    point.front_share = sums.front_share.get();
    return point;
}

}  // namespace emotion
