#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "emotion/export.hpp"
#include "emotion/face.hpp"

namespace emotion EMOTION_PUBLIC {

/// A face that was followed over time.
struct Track {
    std::int64_t id = 0;   ///< from 1 on, never given twice by one tracker
    Face face;             ///< as it was found now, or where it is expected (see seen_now), in px
    bool seen_now = true;  ///< false: the face was not looked for or not found at this time, and its place is predicted
    double first_s = 0;    ///< time of the first sight, s
    double last_s = 0;     ///< time of the last sight, s
    int sights = 0;        ///< how many times it was found
    bool operator==(const Track&) const = default;
};

struct TrackerOptions {
    std::optional<float> new_track_score;  ///< in [0, 1]; a face begins a track from this score on; unset: high_score
    float high_score = 0.5f;               ///< in [0, 1]; faces from this score on are matched first, to all tracks
    std::optional<float> low_score;  ///< in [0, high_score]; from this score on a face may go on with a track that was
                                     ///< seen at the look before; unset: 0.4 * high_score
    float min_iou = 0.2f;            ///< in [0, 1]; of a predicted box and a face, both grown by box_growth
    float box_growth = 0.3f;         ///< in [0, 2]; of its width and height on each side: quick small faces still meet
    double max_gap_s = 2;            ///< at least 0; a track not seen for longer ends,
    int max_missed = 2;              ///< at least 0; unless it was missed no more than this often in a row

    float lowest_score() const noexcept;  ///< low_score, or what stands for it where it is unset
    void validate() const;                ///< throws Error{invalid_argument} naming field, value and bound
};

/// Gives the faces of one scene stable ids. ByteTrack (Zhang et al. 2022, arXiv 2110.06864): boxes are predicted
/// (constant velocity) and matched by overlap, first to the faces with high scores, then what is left to those with low
/// ones, which are faces half hidden more often than false alarms; with boxes grown for the match (Yang et al. 2023,
/// arXiv 2211.14317). A track that was seen only once and is missed at the next look ends at once. A face that comes
/// back after its track has ended gets a new id. One tracker belongs to one thread at a time.
class Tracker {
public:
    /// Throws Error{invalid_argument} for options out of bounds.
    explicit Tracker(const TrackerOptions& options = {});
    ~Tracker();
    Tracker(Tracker&&) noexcept;
    Tracker& operator=(Tracker&&) noexcept;

    /// Takes in the faces found at a time and gives the tracks that were seen now, by id. Faces below low_score and
    /// those that neither go on with nor begin a track are in none. Times are seconds and may not go back. Throws
    /// Error{invalid_argument} for a time that goes back or is not finite, and for a box that is not finite or has no
    /// area; the tracker is then as before.
    std::vector<Track> update(std::span<const Face> faces, double time_s);
    /// Where the tracks that were seen at the last look are expected at a time at which faces were not looked for;
    /// their landmarks move and grow with the box. Changes nothing. Throws as update does.
    std::vector<Track> predict(double time_s) const;
    /// All tracks that have not ended, hidden ones too, as they were at the last update.
    std::vector<Track> tracks() const;
    /// Forgets all tracks; ids go on.
    void clear();

    const TrackerOptions& options() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
