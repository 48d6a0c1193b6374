#include "pipeline/track_log.hpp"

namespace emotion {
namespace {

constexpr double kCleanEvery_s = 60;

std::optional<float> mean(double sum, int count) {
    return static_cast<float>(sum / count);
}

}  // namespace

void TrackLog::add(const FrameResult& result) {
    for (const TrackedFace& face : result.faces) {
        if (!face.track.seen_now) continue;
        Sums& sums = tracks_[face.track.id];
        sums.track = face.track;
        if (!face.now) continue;
        ++sums.classified;
        sums.probabilities.resize(face.now->probabilities.size(), 0.0);
        for (std::size_t i = 0; i < sums.probabilities.size(); ++i)
            sums.probabilities[i] += static_cast<double>(face.now->probabilities[i]);
        if (!face.now->valence || !face.now->arousal) continue;
        sums.has_valence_arousal = true;
        sums.valence += static_cast<double>(*face.now->valence);
        sums.arousal += static_cast<double>(*face.now->arousal);
    }
    forget_single_sights(result.time_s);
}

/// False alarms of one frame would fill the memory over the hours.
void TrackLog::forget_single_sights(double time_s) {
    if (time_s - cleaned_s_ < kCleanEvery_s) return;
    cleaned_s_ = time_s;
    std::erase_if(tracks_, [&](const auto& entry) {
        return entry.second.track.sights == 1 && time_s - entry.second.track.last_s > kCleanEvery_s;
    });
}

std::vector<TrackSummary> TrackLog::summaries() const {
    std::vector<TrackSummary> summaries;
    for (const auto& [id, sums] : tracks_) {
        if (sums.track.sights < 2) continue;
        TrackSummary summary{id, sums.track.first_s, sums.track.last_s, sums.track.sights, {}, {}, {}};
        for (double sum : sums.probabilities)
            summary.probabilities.push_back(static_cast<float>(sum / sums.classified));
        if (sums.has_valence_arousal) {
            summary.valence = mean(sums.valence, sums.classified);
            summary.arousal = mean(sums.arousal, sums.classified);
        }
        summaries.push_back(std::move(summary));
    }
    return summaries;
}

}  // namespace emotion
