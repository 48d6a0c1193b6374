#include "emanalysis_results.hpp"

#include <fmt/format.h>

#include "emotion/emanalysis.hpp"
#include "numpy_image.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

void bind_tracked_face(py::module_& module) {
    using MaybeEmotion = std::optional<Emotion>;
    using MaybePose = std::optional<HeadPose>;
    py::class_<TrackedFace> type(module, "TrackedFace",
                                 "TrackedFace(track, emotion=None, now=None, pose=None)\n--\n\n"
                                 "A face in a frame of a video. Read-only.");
    def_init(
        type,
        py::init([](const Track& track, const MaybeEmotion& emotion, const MaybeEmotion& now, const MaybePose& pose) {
            return TrackedFace{track, emotion, now, pose};
        }),
        "One that comes from elsewhere.", py::arg("track"), py::arg("emotion") = py::none(),
        py::arg("now") = py::none(), py::arg("pose") = py::none());
    type.def_readonly("track", &TrackedFace::track, py::return_value_policy::copy,
                      "Its Track: id, face (box, score, landmarks), times.");
    type.def_readonly("emotion", &TrackedFace::emotion, py::return_value_policy::copy,
                      "Its Emotion, smoothed along the track; None with headcount_only.");
    type.def_readonly("now", &TrackedFace::now, py::return_value_policy::copy,
                      "Its Emotion in this very frame; None also where the place is predicted.");
    type.def_readonly("pose", &TrackedFace::pose, py::return_value_policy::copy,
                      "Its HeadPose; None where the landmarks give none.");
    type.def(
        "__repr__",
        [](const TrackedFace& f) {
            const Rect& box = f.track.face.box;
            return fmt::format("TrackedFace(id={}, box=({:.1f}, {:.1f}, {:.1f}, {:.1f}){})", f.track.id, box.x1, box.y1,
                               box.x2, box.y2, f.emotion ? fmt::format(", label='{}'", f.emotion->label()) : "");
        },
        "__repr__(self, /)\n--\n\nId, box and label.");
    def_value(
        type, [](const TrackedFace& f) { return py::make_tuple(f.track, f.emotion, f.now, f.pose); },
        [](const py::tuple& v) {
            return TrackedFace{v[0].cast<Track>(), v[1].cast<MaybeEmotion>(), v[2].cast<MaybeEmotion>(),
                               v[3].cast<MaybePose>()};
        });
}

}  // namespace

void bind_emanalysis_results(py::module_& module) {
    bind_tracked_face(module);

    py::class_<FrameResult> frame(module, "FrameResult", "What was found in a frame of a video. Read-only.");
    frame.def_readonly("number", &FrameResult::number, "Of the frame in its source, from 0.");
    frame.def_readonly("time_s", &FrameResult::time_s, "Of the frame in its source, seconds.");
    frame.def_readonly("after_gap", &FrameResult::after_gap, "Whether a live source was away before this frame.");
    frame.def_readonly("looked", &FrameResult::looked,
                       "Whether faces were looked for; False: predicted, see detect_every.");
    frame.def_property_readonly(
        "image", [](const FrameResult& result) { return to_numpy(result.image); },
        "The frame, uint8 (h, w, 3) in the source's order, or (h, w); read-only, not copied.");
    frame.def_property_readonly(
        "faces", [](const FrameResult& result) { return result.faces; }, "List of TrackedFace, by track id.");
    frame.def_readonly("statistics", &FrameResult::statistics, py::return_value_policy::copy, "FrameStatistics.");
    frame.def(
        "__repr__",
        [](const FrameResult& r) {
            return fmt::format("FrameResult(number={}, time_s={:.3f}, {} faces, image={} x {} px)", r.number, r.time_s,
                               r.faces.size(), r.image->width(), r.image->height());
        },
        "__repr__(self, /)\n--\n\nNumber, time, faces and size.");

    py::class_<TrackSummary> track(module, "TrackSummary", "What a track showed over its life. Read-only.");
    track.def_readonly("id", &TrackSummary::id, "Of the track.");
    track.def_readonly("first_s", &TrackSummary::first_s, "Time of the first sight.");
    track.def_readonly("last_s", &TrackSummary::last_s, "Time of the last sight.");
    track.def_readonly("sights", &TrackSummary::sights, "How many times it was found.");
    track.def_property_readonly(
        "probabilities", [](const TrackSummary& t) { return to_numpy(t.probabilities); },
        "float32, one for each label: mean over the sights; empty with headcount_only.");
    track.def_readonly("valence", &TrackSummary::valence, "Mean over the sights, or None.");
    track.def_readonly("arousal", &TrackSummary::arousal, "Mean over the sights, or None.");
    track.def(
        "__repr__",
        [](const TrackSummary& t) {
            return fmt::format("TrackSummary(id={}, first_s={:.3f}, last_s={:.3f}, sights={})", t.id, t.first_s,
                               t.last_s, t.sights);
        },
        "__repr__(self, /)\n--\n\nId, times and sights.");

    py::class_<RunSummary> summary(module, "RunSummary", "A run in numbers. Read-only.");
    summary.def_readonly("source", &RunSummary::source, "What was analysed, without a password.");
    summary.def_property_readonly(
        "labels", [](const RunSummary& s) { return py::tuple(py::cast(s.labels)); },
        "Of the classifier; empty with headcount_only.");
    summary.def_readonly("frames_analyzed", &RunSummary::frames_analyzed, "Results given so far.");
    summary.def_readonly("health", &RunSummary::health, py::return_value_policy::copy, "SourceHealth.");
    summary.def_readonly("total", &RunSummary::total, py::return_value_policy::copy,
                         "TimelinePoint over all analysed frames.");
    summary.def_property_readonly(
        "tracks", [](const RunSummary& s) { return s.tracks; }, "List of TrackSummary, seen at least twice, by id.");
    summary.def(
        "__repr__",
        [](const RunSummary& s) {
            return fmt::format("RunSummary(source='{}', frames_analyzed={}, head_count={:.2f}, {} tracks)", s.source,
                               s.frames_analyzed, s.total.head_count, s.tracks.size());
        },
        "__repr__(self, /)\n--\n\nSource, frames, heads and tracks.");
}

}  // namespace emotion::bindings
