#include "emotion/emanalysis.hpp"

#include <fmt/format.h>

#include <mutex>
#include <set>

#include "emanalysis_results.hpp"
#include "geometry.hpp"
#include "option_tables.hpp"
#include "signature.hpp"
#include "timeline.hpp"

namespace emotion::bindings {

template <>
struct OptionValue<Rect> {
    static std::string expected() { return "(x1, y1, x2, y2)"; }
    static Rect from(const py::handle& value) { return to_rect(value, "Emanalysis: region"); }
    static py::object to(const Rect& value) { return to_tuple(value); }
};

namespace {

/// The nested options of a run as flat keywords. Detector and classifier share the device and the precision.
struct RunOptions {
    EmanalysisOptions run;
    SourceOptions source;
    std::string device = "auto";
    Precision precision = Precision::fastest;

    const EmanalysisOptions& shared() {
        run.detector.device = run.classifier.device = device;
        run.detector.precision = run.classifier.precision = precision;
        return run;
    }
};

/// Of detector and classifier: given once, or under other names.
const std::set<std::string> kSharedOptions{"model", "device", "precision"};

const OptionTable<RunOptions>& options_table() {
    static const auto table =
        OptionTable<RunOptions>("Emanalysis", 0)
            .field_at(
                "detector", [](auto& o) -> auto& { return o.run.detector.model; })
            .field_at(
                "classifier", [](auto& o) -> auto& { return o.run.classifier.model; })
            .field_at(
                "every_nth_frame", [](auto& o) -> auto& { return o.run.every_nth_frame; })
            .field_at(
                "detect_every", [](auto& o) -> auto& { return o.run.detect_every; })
            .field_at(
                "stop_after_s", [](auto& o) -> auto& { return o.run.stop_after_s; })
            .field_at(
                "headcount_only", [](auto& o) -> auto& { return o.run.headcount_only; })
            .field_at(
                "smoothing_s", [](auto& o) -> auto& { return o.run.smoothing_s; })
            .field_at(
                "region", [](auto& o) -> auto& { return o.run.region; })
            .field_at(
                "timeline_interval_s", [](auto& o) -> auto& { return o.run.timeline_interval_s; })
            .field_at(
                "queue_size", [](auto& o) -> auto& { return o.run.queue_size; })
            .field("device", &RunOptions::device)
            .field("precision", &RunOptions::precision)
            .fields_of(
                face_detector_options(), [](auto& o) -> auto& { return o.run.detector; }, kSharedOptions)
            .fields_of(
                emotion_classifier_options(), [](auto& o) -> auto& { return o.run.classifier; }, kSharedOptions)
            .fields_of(tracker_options(), [](auto& o) -> auto& { return o.run.tracking; }, {"high_score"})
            .field_at(
                "max_yaw_deg", [](auto& o) -> auto& { return o.run.front.max_yaw_deg; })
            .field_at(
                "max_pitch_deg", [](auto& o) -> auto& { return o.run.front.max_pitch_deg; })
            .fields_of(
                video_source_options(), [](auto& o) -> auto& { return o.source; });
    return table;
}

/// Options that a source of this kind would not heed are mistakes.
void refuse(const std::set<std::string>& options, const py::kwargs& keywords, const char* kind) {
    for (auto [key, value] : keywords)
        if (options.contains(key.cast<std::string>()))
            throw py::type_error(fmt::format("Emanalysis: {} has no meaning for {}", key.cast<std::string>(), kind));
}

std::shared_ptr<VideoSource> to_source(const py::object& source, const VideoSourceOptions& options,
                                       const py::kwargs& keywords) {
    if (py::isinstance<VideoSource>(source)) {
        refuse(video_source_options().names(), keywords, "a VideoSource, which is open already");
        return source.cast<std::shared_ptr<VideoSource>>();
    }
    const bool is_name = py::isinstance<py::str>(source) || py::isinstance<py::bytes>(source);
    if (is_name || !py::isinstance<py::iterable>(source)) return open_source(source, options);
    std::set<std::string> of_addresses = video_source_options().names();
    for (const char* name : {"order", "fps"}) of_addresses.erase(name);
    refuse(of_addresses, keywords, "an iterable of arrays");
    const auto order = OptionValue<PixelFormat>::to(options.format).cast<std::string>();
    return source_from_frames(py::iterable(source), options.fps, order);
}

/// A run as Python holds it.
struct Run {
    Run(std::shared_ptr<VideoSource> video, RunOptions given)
        : source(std::move(video)), options(std::move(given)), analysis(source, options.shared()) {}

    /// A result, none after `wait_s` seconds or at the end. For several threads, each in its turn.
    std::optional<FrameResult> next(double wait_s) {
        const std::lock_guard lock(taking);
        return analysis.next(wait_s);
    }
    void cancel() {
        analysis.stop();
        const std::lock_guard lock(taking);
        analysis.cancel();
    }

    std::shared_ptr<VideoSource> source;
    RunOptions options;
    std::mutex taking;
    Emanalysis analysis;
};

/// All runs: a thread that calls Python (a source of arrays) must have ended before the interpreter does.
class RunList {
public:
    void add(const std::shared_ptr<Run>& run) {
        const std::lock_guard lock(mutex_);
        std::erase_if(runs_, [](const auto& one) { return one.expired(); });
        runs_.push_back(run);
    }
    void cancel_all() {
        std::vector<std::weak_ptr<Run>> runs;
        {
            const std::lock_guard lock(mutex_);
            runs.swap(runs_);
        }
        for (const auto& one : runs)
            if (const std::shared_ptr<Run> run = one.lock()) run->cancel();
    }

private:
    std::mutex mutex_;
    std::vector<std::weak_ptr<Run>> runs_;
};

RunList& all_runs() {
    static auto* list = new RunList;  // outlives every thread
    return *list;
}

std::shared_ptr<Run> make_run(const py::object& source, const py::kwargs& keywords) {
    RunOptions options = options_table().parse(py::args(), keywords);
    std::shared_ptr<VideoSource> opened = to_source(source, options.source, keywords);
    return released([&] {
        std::shared_ptr<Run> run(new Run(std::move(opened), std::move(options)), ReleasingDelete<Run>{});
        all_runs().add(run);
        return run;
    });
}

/// Waits in short pieces, so that Ctrl+C is heard; none at the end.
std::optional<FrameResult> wait_for_next(Run& run) {
    while (true) {
        if (std::optional<FrameResult> result = released([&] { return run.next(0.1); })) return result;
        if (run.analysis.ended()) return std::nullopt;
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    }
}

/// Python's False, or numpy's, which a comparison of numpy's numbers gives. Nothing else is: None and 0 go on.
bool is_false(const py::object& value) {
    if (py::isinstance<py::bool_>(value)) return value.is(py::bool_(false));
    return py::isinstance(value, py::module_::import("numpy").attr("bool_")) && !value.cast<bool>();
}

/// Calls `callback` with each result until it gives False; ends the run then, and when it raises.
void run_all(Run& run, const py::function& callback) {
    try {
        while (std::optional<FrameResult> result = wait_for_next(run))
            if (is_false(callback(std::move(*result)))) break;
    } catch (...) {
        released([&] { run.cancel(); });
        throw;
    }
    released([&] { run.cancel(); });
}

}  // namespace

void bind_emanalysis(py::module_& module) {
    bind_emanalysis_results(module);
    py::module_::import("atexit").attr("register")(py::cpp_function([] { released([] { all_runs().cancel_all(); }); }));
    const std::string doc =
        options_table().signature("Emanalysis", "source") +
        "\n--\n\n"
        "From a video to faces, tracks, emotions and statistics: for frame in emotion.Emanalysis('lecture.mp4').\n\n"
        "source: what VideoSource takes, a VideoSource, or an iterable of arrays. Reading, detection and "
        "classification run on threads of their own; results come in order. A file gives every frame, a live source "
        "its newest. An iterable that blocks holds up the end of the run.\n"
        "All options are flat keywords; each goes to the part that has it under the same name.\n\n"
        "Models: detector, classifier: name or folder, see find_model; device and precision are those of both.\n"
        "Run: every_nth_frame: the others are left out. detect_every: faces are looked for in every n-th analysed "
        "frame, between these their places are predicted. stop_after_s: of the video's time, of the clock for a live "
        "source. headcount_only: no classification. smoothing_s: time constant along a track; 0: none. region: (x1, "
        "y1, x2, y2), px, faces are looked for there only. timeline_interval_s: of timeline(). queue_size: frames that "
        "may wait between two stages.\n"
        "As FaceDetector: min_score, nms_iou, top_k, max_faces, min_face_px. As EmotionClassifier: batch_size, "
        "calibration, flip_average. As Tracker, whose high_score is min_score: new_track_score, low_score, min_iou, "
        "box_growth, max_gap_s, max_missed. As looks_to_front: max_yaw_deg, max_pitch_deg.\n"
        "As VideoSource, for a source that is opened here: order, fps, transport, open_timeout_s, read_timeout_s, "
        "must_open, first_pause_s, longest_pause_s, max_attempts; of these an iterable has order and fps.";
    py::class_<Run, std::shared_ptr<Run>> type(module, "Emanalysis", doc.c_str());
    type.def(
        py::init(&make_run),
        (options_table().signature("__init__", "self, source") +
         "\n--\n\nOpens the source and loads the models; nothing is read yet. Raises EmotionOSError for a source that "
         "cannot be opened, else as FaceDetector and EmotionClassifier.")
            .c_str(),
        py::arg("source"));
    def(type, "run", &run_all,
        "Calls callback with the FrameResult of each frame, until the end, stop() or until it gives False. What it "
        "raises ends the run and comes out here, as does Ctrl+C.",
        py::arg("callback"));
    def(
        type, "stop", [](Run& self) { released([&] { self.analysis.stop(); }); },
        "Reads no further frame, from any thread; results of those that were read still come.");
    def(
        type, "cancel", [](Run& self) { released([&] { self.cancel(); }); },
        "Ends the run; results that were not taken are lost. Waits until its threads have ended.");
    def(
        type, "health", [](Run& self) { return released([&] { return self.analysis.health(); }); },
        "How the source is doing: a SourceHealth.");
    def(
        type, "timeline",
        [](Run& self) { return make_guarded<Timeline>(released([&] { return self.analysis.timeline(); })); },
        "Timeline of the results given so far.");
    def(
        type, "summary", [](Run& self) { return released([&] { return self.analysis.summary(); }); },
        "The run so far in numbers: a RunSummary.");
    type.def_property_readonly(
        "labels", [](const Run& self) { return py::tuple(py::cast(self.analysis.labels())); },
        "Of the classifier; empty with headcount_only.");
    type.def_property_readonly(
        "source", [](const Run& self) { return self.source; }, "The VideoSource that is read.");
    type.def_property_readonly(
        "ended", [](const Run& self) { return released([&] { return self.analysis.ended(); }); },
        "Whether no result will come any more.");
    type.def_property_readonly(
        "options", [](const Run& self) { return options_table().to_dict(self.options); },
        "{argument: value}, as given.");
    type.def(
        "__iter__", [](const py::object& self) { return self; }, "__iter__(self, /)\n--\n\nItself.");
    type.def(
        "__next__",
        [](Run& self) {
            std::optional<FrameResult> result = wait_for_next(self);
            if (!result) throw py::stop_iteration();
            return std::move(*result);
        },
        "__next__(self, /)\n--\n\nThe next frame's FrameResult, waited for without end.");
    type.def(
        "__enter__", [](const py::object& self) { return self; }, "__enter__(self, /)\n--\n\nItself.");
    type.def(
        "__exit__", [](Run& self, const py::args&) { released([&] { self.cancel(); }); },
        "__exit__(self, *args)\n--\n\nCancels what is left.");
    type.def(
        "__repr__", [](const Run& self) { return fmt::format("Emanalysis('{}')", self.source->name()); },
        "__repr__(self, /)\n--\n\nWhat is analysed, without a password.");
}

}  // namespace emotion::bindings
