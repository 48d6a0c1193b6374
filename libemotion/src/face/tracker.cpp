#include "emotion/tracker.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "face/assignment.hpp"
#include "face/motion.hpp"

namespace emotion {
namespace {

struct Followed {
    Track track;
    BoxMotion motion;
    int missed = 0;  ///< looks in a row
};

Rect grown(const Rect& box, float share) {
    const float dx = box.width() * share;
    const float dy = box.height() * share;
    return {box.x1 - dx, box.y1 - dy, box.x2 + dx, box.y2 + dy};
}

/// The face moved and scaled so that its box becomes `box`.
Face moved(const Face& face, const Rect& box) {
    Face result = face;
    result.box = box;
    if (!face.landmarks) return result;
    const float sx = box.width() / face.box.width();
    const float sy = box.height() / face.box.height();
    for (Point& point : *result.landmarks)
        point = {box.x1 + (point.x - face.box.x1) * sx, box.y1 + (point.y - face.box.y1) * sy};
    return result;
}

constexpr float kLowShare = 0.4f;  // of the high score

void require_share(const char* name, float value, float largest) {
    require(value >= 0 && value <= largest, "TrackerOptions: {} must be in [0, {}], got {}", name, largest, value);
}

}  // namespace

float TrackerOptions::lowest_score() const noexcept {
    return low_score.value_or(kLowShare * high_score);
}

void TrackerOptions::validate() const {
    require_share("high_score", high_score, 1);
    if (new_track_score) require_share("new_track_score", *new_track_score, 1);
    if (low_score) require_share("low_score", *low_score, high_score);
    require_share("min_iou", min_iou, 1);
    require_share("box_growth", box_growth, 2);
    require(std::isfinite(max_gap_s) && max_gap_s >= 0, "TrackerOptions: max_gap_s must be at least 0, got {}",
            max_gap_s);
    require(max_missed >= 0, "TrackerOptions: max_missed must be at least 0, got {}", max_missed);
}

struct Tracker::Impl {
    TrackerOptions options;
    std::vector<Followed> followed;  ///< by id
    std::int64_t last_id = 0;
    double now_s = -INFINITY;

    void require_time(double time_s) const {
        require(std::isfinite(time_s), "Tracker: the time must be finite, got {}", time_s);
        require(time_s >= now_s, "Tracker: times may not go back, got {} s after {} s", time_s, now_s);
    }

    double since_last(double time_s) const { return std::isfinite(now_s) ? time_s - now_s : 0; }

    /// Matches tracks with faces, both by position, and takes the pairs out of both lists.
    void match(std::vector<std::size_t>& tracks, std::vector<std::size_t>& found, std::span<const Face> faces,
               double time_s) {
        Eigen::MatrixXf costs(static_cast<Eigen::Index>(tracks.size()), static_cast<Eigen::Index>(found.size()));
        for (std::size_t i = 0; i < tracks.size(); ++i) {
            const Rect expected = grown(followed[tracks[i]].motion.box(), options.box_growth);
            for (std::size_t j = 0; j < found.size(); ++j)
                costs(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
                    1 - iou(expected, grown(faces[found[j]].box, options.box_growth));
        }
        const std::vector<int> column = assign(costs, 1 - options.min_iou);
        std::vector<bool> taken(found.size(), false);
        std::vector<std::size_t> left;
        for (std::size_t i = 0; i < tracks.size(); ++i) {
            // Boxes that do not meet are no pair, even where min_iou is 0.
            const bool pair = column[i] >= 0 && costs(static_cast<Eigen::Index>(i), column[i]) < 1;
            if (!pair) {
                left.push_back(tracks[i]);
                continue;
            }
            const auto j = static_cast<std::size_t>(column[i]);
            taken[j] = true;
            see(followed[tracks[i]], faces[found[j]], time_s);
        }
        tracks = std::move(left);
        std::size_t kept = 0;
        for (std::size_t j = 0; j < found.size(); ++j)
            if (!taken[j]) found[kept++] = found[j];
        found.resize(kept);
    }

    static void see(Followed& one, const Face& face, double time_s) {
        one.motion.correct(face.box);
        one.missed = 0;
        one.track.face = face;
        one.track.seen_now = true;
        one.track.last_s = time_s;
        ++one.track.sights;
    }

    void begin(const Face& face, double time_s) {
        followed.push_back({{++last_id, face, true, time_s, time_s, 1}, BoxMotion(face.box), 0});
    }

    bool has_ended(const Followed& one, double time_s) const {
        if (one.missed == 0) return false;
        if (one.track.sights == 1) return true;
        return one.missed > options.max_missed && time_s - one.track.last_s > options.max_gap_s;
    }
};

Tracker::Tracker(const TrackerOptions& options) : impl_(std::make_unique<Impl>()) {
    options.validate();
    impl_->options = options;
}

Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

std::vector<Track> Tracker::update(std::span<const Face> faces, double time_s) {
    Impl& self = *impl_;
    self.require_time(time_s);
    for (const Face& face : faces)
        require(face.box.area() > 0 && std::isfinite(face.box.area()) && std::isfinite(face.box.x1) &&
                    std::isfinite(face.box.y1),
                "Tracker: boxes must be finite and have an area, got ({}, {}, {}, {})", face.box.x1, face.box.y1,
                face.box.x2, face.box.y2);

    std::vector<std::size_t> high;
    std::vector<std::size_t> low;
    const float low_score = self.options.lowest_score();
    for (std::size_t i = 0; i < faces.size(); ++i) {
        if (faces[i].score >= self.options.high_score)
            high.push_back(i);
        else if (faces[i].score >= low_score)
            low.push_back(i);
    }
    std::vector<std::size_t> tracks(self.followed.size());
    for (std::size_t i = 0; i < tracks.size(); ++i) tracks[i] = i;
    for (Followed& one : self.followed) {
        one.motion.predict(self.since_last(time_s));
        ++one.missed;  // until it is seen
        one.track.seen_now = false;
    }
    self.match(tracks, high, faces, time_s);
    // A face with a low score may only go on with a track that was seen at the look before.
    std::erase_if(tracks, [&](std::size_t i) { return self.followed[i].missed > 1; });
    self.match(tracks, low, faces, time_s);

    std::erase_if(self.followed, [&](const Followed& one) { return self.has_ended(one, time_s); });
    for (std::size_t i : high)
        if (faces[i].score >= self.options.new_track_score.value_or(self.options.high_score))
            self.begin(faces[i], time_s);
    self.now_s = time_s;

    std::vector<Track> seen;
    for (const Followed& one : self.followed)
        if (one.track.seen_now) seen.push_back(one.track);
    return seen;
}

std::vector<Track> Tracker::predict(double time_s) const {
    impl_->require_time(time_s);
    std::vector<Track> expected;
    for (const Followed& one : impl_->followed) {
        if (one.missed > 0) continue;
        BoxMotion motion = one.motion;
        motion.predict(impl_->since_last(time_s));
        Track track = one.track;
        track.face = moved(track.face, motion.box());
        track.seen_now = false;
        expected.push_back(track);
    }
    return expected;
}

std::vector<Track> Tracker::tracks() const {
    std::vector<Track> all;
    for (const Followed& one : impl_->followed) {
        all.push_back(one.track);
        if (!one.track.seen_now) all.back().face = moved(one.track.face, one.motion.box());
    }
    return all;
}

void Tracker::clear() {
    impl_->followed.clear();
    impl_->now_s = -INFINITY;
}

const TrackerOptions& Tracker::options() const noexcept {
    return impl_->options;
}

}  // namespace emotion
