#include "emotion/statistics.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace emotion {
namespace {

class Mean {
public:
    void add(float value) {
        sum_ += static_cast<double>(value);
        ++count_;
    }
    std::optional<float> get() const {
        return count_ > 0 ? std::optional(static_cast<float>(sum_ / count_)) : std::nullopt;
    }

private:
    double sum_ = 0;
    int count_ = 0;
};

}  // namespace

FrameStatistics frame_statistics(int head_count, std::span<const Emotion> emotions,
                                 std::span<const std::optional<HeadPose>> poses, const FrontOptions& front) {
    const auto heads = static_cast<std::size_t>(std::max(0, head_count));
    require(head_count >= 0, "frame_statistics: head_count must be at least 0, got {}", head_count);
    require(emotions.empty() || emotions.size() == heads,
            "frame_statistics: expected an emotion for each of {} heads or none, got {}", heads, emotions.size());
    require(poses.empty() || poses.size() == heads,
            "frame_statistics: expected a pose for each of {} heads or none, got {}", heads, poses.size());

    FrameStatistics statistics;
    statistics.head_count = head_count;
    Mean valence, arousal, in_front;
    for (const Emotion& emotion : emotions) {
        const std::size_t labels = emotion.probabilities.size();
        if (statistics.emotion_counts.empty()) statistics.emotion_counts.assign(labels, 0);
        require(labels > 0 && statistics.emotion_counts.size() == labels,
                "frame_statistics: expected {} probabilities as in the first emotion, got {}",
                statistics.emotion_counts.size(), labels);
        ++statistics.emotion_counts[static_cast<std::size_t>(emotion.label_index())];
        if (emotion.valence) valence.add(*emotion.valence);
        if (emotion.arousal) arousal.add(*emotion.arousal);
    }
    if (!emotions.empty())
        statistics.attention_coef =
            static_cast<float>(*std::max_element(statistics.emotion_counts.begin(), statistics.emotion_counts.end())) /
            static_cast<float>(head_count);
    for (const std::optional<HeadPose>& pose : poses)
        if (pose) in_front.add(looks_to_front(*pose, front) ? 1.0f : 0.0f);
    statistics.valence = valence.get();
    statistics.arousal = arousal.get();
    statistics.front_share = in_front.get();
    return statistics;
}

}  // namespace emotion
