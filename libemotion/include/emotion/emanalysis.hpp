#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emotion/emotion_classifier.hpp"
#include "emotion/export.hpp"
#include "emotion/face_detector.hpp"
#include "emotion/head_pose.hpp"
#include "emotion/statistics.hpp"
#include "emotion/timeline.hpp"
#include "emotion/tracker.hpp"
#include "emotion/video_source.hpp"

namespace emotion EMOTION_PUBLIC {

/// What Emanalysis does.
struct EmanalysisOptions {
    FaceDetectorOptions detector;
    EmotionClassifierOptions classifier;
    /// Its high_score is taken from the detector (its min_score), and scores that are unset follow it.
    TrackerOptions tracking;
    FrontOptions front;       ///< what counts as looking to the front
    int every_nth_frame = 1;  ///< at least 1; the others are read and left out
    int detect_every = 1;     ///< at least 1; faces are looked for in every n-th analysed frame, in those between the
                              ///< tracks' places are predicted and their last emotions stay
    std::optional<double> stop_after_s;  ///< above 0; of the video's time, or of the clock for a live source
    bool headcount_only = false;         ///< faces are found and followed, not classified
    double smoothing_s = 0.5;            ///< time constant of probabilities, valence and arousal along a track; 0: none
    std::optional<Rect> region;          ///< px of the frame; faces are looked for in this part of it only
    double timeline_interval_s = 1;      ///< above 0
    int queue_size = 4;                  ///< at least 1; frames that may wait between two stages

    void validate() const;  ///< throws Error{invalid_argument} naming field, value and bound
};

/// A face in a frame of a video.
struct TrackedFace {
    Track track;                     ///< its id and its place
    std::optional<Emotion> emotion;  ///< smoothed along the track; unset with headcount_only
    std::optional<Emotion> now;      ///< as classified in this very frame; unset also where the place is predicted
    std::optional<HeadPose> pose;    ///< unset where there are no landmarks or they give none
};

/// What was found in a frame.
struct FrameResult {
    std::int64_t number = 0;             ///< of the frame in its source, from 0
    double time_s = 0;                   ///< of the frame in its source, see VideoFrame::time_s
    bool after_gap = false;              ///< a live source was away before this frame
    bool looked = true;                  ///< faces were looked for; false: predicted, see detect_every
    std::shared_ptr<const Image> image;  ///< the frame, as the source gave it
    std::vector<TrackedFace> faces;      ///< by track id
    FrameStatistics statistics;
};

/// What a track showed over its life.
struct TrackSummary {
    std::int64_t id = 0;
    double first_s = 0;
    double last_s = 0;
    int sights = 0;
    std::vector<float> probabilities;  ///< mean over the sights; empty with headcount_only
    std::optional<float> valence;      ///< likewise
    std::optional<float> arousal;      ///< likewise
};

/// A run in numbers.
struct RunSummary {
    std::string source;               ///< without a password
    std::vector<std::string> labels;  ///< of the classifier; empty with headcount_only
    std::int64_t frames_analyzed = 0;
    SourceHealth health;
    TimelinePoint total;               ///< over all analysed frames
    std::vector<TrackSummary> tracks;  ///< seen at least twice, by id
};

/// From a video to faces, tracks, emotions and their statistics. Reading, detection and classification run on threads
/// of their own with bounded queues between them; results come in the order of the frames. A file gives every frame (or
/// every n-th); of a live source only the newest is analysed, and what was dropped is counted. next(), run() and
/// cancel() belong to one thread; all else may be called from any.
class Emanalysis {
public:
    /// Loads the models; nothing is read yet. Throws as FaceDetector and EmotionClassifier do, and
    /// Error{invalid_argument} for options out of bounds.
    explicit Emanalysis(VideoSource source, const EmanalysisOptions& options = {});
    /// The same with a source that the caller keeps too, for example to ask for its properties. The run reads it alone,
    /// and stops it at its end. Throws Error{invalid_argument} for none.
    explicit Emanalysis(std::shared_ptr<VideoSource> source, const EmanalysisOptions& options = {});
    /// As cancel().
    ~Emanalysis();
    Emanalysis(Emanalysis&&) noexcept;
    Emanalysis& operator=(Emanalysis&&) noexcept;

    /// The next frame's result; none at the end. Waits for it. Throws what reading, detection or classification threw,
    /// after the results before it; the run has ended then.
    std::optional<FrameResult> next();
    /// The same, but waits at most `wait_s` seconds (at least 0): none also where there is no result yet, see ended().
    std::optional<FrameResult> next(double wait_s);
    /// Whether next() has nothing more to give.
    bool ended() const;
    /// All frames: calls `observer` with each result, until the end, stop() or until it gives false. What the observer
    /// throws ends the run and comes out here.
    void run(const std::function<bool(const FrameResult&)>& observer);
    /// Reads no further frame; results of those that were read still come.
    void stop();
    /// Ends the run; what was not taken is lost. Waits until its threads have ended, so a source that does not come
    /// back from reading (a function that blocks) holds it up.
    void cancel();

    SourceHealth health() const;
    Timeline timeline() const;   ///< of the results given so far
    RunSummary summary() const;  ///< likewise
    const std::vector<std::string>& labels() const noexcept;
    const EmanalysisOptions& options() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
