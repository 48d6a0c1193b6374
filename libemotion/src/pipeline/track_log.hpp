#pragma once

#include <map>
#include <vector>

#include "emotion/emanalysis.hpp"

namespace emotion {

/// What each track showed, kept as sums: a few hundred bytes for each face ever seen twice.
class TrackLog {
public:
    void add(const FrameResult& result);
    std::vector<TrackSummary> summaries() const;

private:
    struct Sums {
        Track track;
        int classified = 0;
        std::vector<double> probabilities;
        double valence = 0;
        double arousal = 0;
        bool has_valence_arousal = false;
    };
    void forget_single_sights(double time_s);

    std::map<std::int64_t, Sums> tracks_;
    double cleaned_s_ = 0;
};

}  // namespace emotion
