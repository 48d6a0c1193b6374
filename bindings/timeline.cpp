#include "timeline.hpp"

#include <fmt/format.h>

#include "signature.hpp"

namespace emotion::bindings {

namespace {

using Share = std::optional<float>;

void bind_point(py::module_& module) {
    using Point = TimelinePoint;
    py::class_<Point> type(module, "TimelinePoint",
                           "The frames of one stretch of time, summed up. Read-only.\n\n"
                           "Means over frames count every analysed frame alike; means over heads weight a frame by its "
                           "head_count and leave out frames without the value.");
    type.def_readonly("start_s", &Point::start_s, "Where the stretch begins.");
    type.def_readonly("end_s", &Point::end_s, "Where it ends; exclusive.");
    type.def_readonly("frames", &Point::frames, "Analysed frames; 0: a gap, and all else is 0 or None.");
    type.def_readonly("head_count", &Point::head_count, "Mean over frames.");
    type.def_readonly("max_head_count", &Point::max_head_count, "The largest of the frames.");
    type.def_property_readonly(
        "emotion_counts", [](const Point& p) { return py::tuple(py::cast(p.emotion_counts)); },
        "Mean over frames, for each label.");
    type.def_readonly("attention_coef", &Point::attention_coef, "Mean over frames.");
    type.def_readonly("valence", &Point::valence, "Mean over heads, or None.");
    type.def_readonly("arousal", &Point::arousal, "Mean over heads, or None.");
    type.def_readonly("front_share", &Point::front_share, "Mean over heads, or None.");
    type.def(
        "__repr__",
        [](const Point& p) {
            return fmt::format(
                "TimelinePoint(start_s={:g}, end_s={:g}, frames={}, head_count={:.2f}, attention_coef={:.3f})",
                p.start_s, p.end_s, p.frames, p.head_count, p.attention_coef);
        },
        "__repr__(self, /)\n--\n\nTimes, frames, heads and attention.");
    def_value(
        type,
        [](const Point& p) {
            return py::make_tuple(p.start_s, p.end_s, p.frames, p.head_count, p.max_head_count,
                                  py::tuple(py::cast(p.emotion_counts)), p.attention_coef, p.valence, p.arousal,
                                  p.front_share);
        },
        [](const py::tuple& v) {
            return Point{v[0].cast<double>(), v[1].cast<double>(), v[2].cast<int>(),
                         v[3].cast<float>(),  v[4].cast<int>(),    v[5].cast<std::vector<float>>(),
                         v[6].cast<float>(),  v[7].cast<Share>(),  v[8].cast<Share>(),
                         v[9].cast<Share>()};
        });
}

}  // namespace

void bind_timeline(py::module_& module) {
    bind_point(module);
    using Type = GuardedTimeline;
    py::class_<Type, std::shared_ptr<Type>> type(
        module, "Timeline",
        "Timeline(labels=(), interval_s=1.0)\n--\n\n"
        "Statistics over time in stretches of equal length, kept as sums: resampling and merging give what adding the "
        "frames anew would.");
    def_init(type, py::init([](std::vector<std::string> labels, double interval_s) {
                 return make_guarded<Timeline>(std::move(labels), interval_s);
             }),
             "labels: of the classifier; empty: heads only.", py::arg("labels") = py::tuple(),
             py::arg("interval_s") = 1.0);
    def(
        type, "add",
        [](Type& self, double time_s, const FrameStatistics& statistics) {
            self.use([&](Timeline& timeline) { timeline.add(time_s, statistics); });
        },
        "Adds a frame, in any order of times.\n\ntime_s: seconds, at least 0.", py::arg("time_s"),
        py::arg("statistics"));
    def(
        type, "points", [](Type& self) { return self.use([](Timeline& timeline) { return timeline.points(); }); },
        "A list of TimelinePoint, from the first stretch with a frame to the last; gaps between them have frames = 0.");
    def(
        type, "total", [](Type& self) { return self.use([](Timeline& timeline) { return timeline.total(); }); },
        "All frames as one TimelinePoint.");
    def(
        type, "resample",
        [](Type& self, double interval_s) {
            Timeline longer = self.use([&](Timeline& timeline) { return timeline.resample(interval_s); });
            return make_guarded<Timeline>(std::move(longer));
        },
        "The same frames in longer stretches.\n\ninterval_s: a multiple of this timeline's.", py::arg("interval_s"));
    def(
        type, "merge",
        [](Type& self, Type& other, double offset_s) {
            // One after the other: two that merge into each other would wait for each other.
            const Timeline added = other.use([](Timeline& timeline) { return timeline; });
            self.use([&](Timeline& timeline) { timeline.merge(added, offset_s); });
        },
        "Adds the frames of another timeline with the same labels and interval, offset_s later: another camera, or the "
        "next part of a recording.",
        py::arg("other"), py::arg("offset_s") = 0.0);
    type.def_property_readonly(
        "labels",
        [](Type& self) { return py::tuple(py::cast(self.use([](Timeline& timeline) { return timeline.labels(); }))); },
        "Of the emotion counts.");
    type.def_property_readonly(
        "interval_s", [](Type& self) { return self.use([](Timeline& timeline) { return timeline.interval_s(); }); },
        "Length of a stretch.");
    type.def(
        "__repr__",
        [](Type& self) {
            return self.use([](Timeline& timeline) {
                const TimelinePoint total = timeline.total();
                return fmt::format("Timeline({} frames from {:g} s to {:g} s in stretches of {:g} s)", total.frames,
                                   total.start_s, total.end_s, timeline.interval_s());
            });
        },
        "__repr__(self, /)\n--\n\nFrames, times and interval.");
}

}  // namespace emotion::bindings
