#include "emotion/video_source.hpp"

#include <fmt/format.h>

#include "emotion/error.hpp"
#include "emotion/video_url.hpp"
#include "option_tables.hpp"
#include "signature.hpp"

namespace emotion::bindings {

const OptionTable<SourceOptions>& video_source_options() {
    using Options = VideoSourceOptions;
    static const auto table = OptionTable<SourceOptions>("VideoSource", 0)
                                  .field<PixelFormat>("order", &Options::format)
                                  .field<double>("fps", &Options::fps)
                                  .field<std::string>("transport", &Options::transport)
                                  .field<double>("open_timeout_s", &Options::open_timeout_s)
                                  .field<double>("read_timeout_s", &Options::read_timeout_s)
                                  .field<bool>("must_open", &Options::must_open)
                                  .field<double>("first_pause_s", &Options::first_pause_s)
                                  .field<double>("longest_pause_s", &Options::longest_pause_s)
                                  .field<int>("max_attempts", &Options::max_attempts);
    return table;
}

namespace {

/// A VideoFrame whose picture is a numpy array.
struct NumpyFrame {
    py::array image;
    std::int64_t number;
    double time_s;
    bool after_gap;
};

NumpyFrame numpy_frame(VideoFrame&& frame) {
    return {to_numpy(std::move(frame.image)), frame.number, frame.time_s, frame.after_gap};
}

std::shared_ptr<VideoSource> share(VideoSource&& source) {
    return std::shared_ptr<VideoSource>(new VideoSource(std::move(source)), ReleasingDelete<VideoSource>{});
}

/// Waits for the next picture in short pieces, so that Ctrl+C is heard.
NumpyFrame next_frame(VideoSource& source) {
    while (true) {
        if (std::optional<VideoFrame> frame = released([&] { return source.read(0.2); }))
            return numpy_frame(std::move(*frame));
        if (source.ended()) throw py::stop_iteration();
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    }
}

void bind_results(py::module_& module) {
    py::class_<NumpyFrame> frame(module, "VideoFrame", "One picture of a video. Read-only.");
    frame.def_readonly("image", &NumpyFrame::image, "uint8 (h, w, 3) in the order asked for; (h, w) for 'gray'.");
    frame.def_readonly("number", &NumpyFrame::number,
                       "From 0, as the source counts: dropped and unreadable pictures leave holes.");
    frame.def_readonly("time_s", &NumpyFrame::time_s,
                       "Seconds: of a file its own, from 0; of a live source since it was opened.");
    frame.def_readonly("after_gap", &NumpyFrame::after_gap, "Whether a live source was away before this picture.");
    frame.def(
        "__repr__",
        [](const NumpyFrame& f) {
            return fmt::format("VideoFrame(number={}, time_s={:.3f}, image={} x {} px{})", f.number, f.time_s,
                               f.image.shape(1), f.image.shape(0), f.after_gap ? ", after_gap=True" : "");
        },
        "__repr__(self, /)\n--\n\nNumber, time and size.");

    py::class_<VideoGap> gap(module, "VideoGap", "A time without pictures of a live source. Read-only.");
    gap.def_readonly("start_s", &VideoGap::start_s, "Time of the last picture before, 0 without one.");
    gap.def_readonly("end_s", &VideoGap::end_s, "Time of the first picture after; None while the gap lasts.");
    gap.def(
        "__repr__",
        [](const VideoGap& g) {
            return fmt::format("VideoGap(start_s={:.3f}, end_s={})", g.start_s,
                               g.end_s ? fmt::format("{:.3f}", *g.end_s) : "None");
        },
        "__repr__(self, /)\n--\n\nStart and end.");

    py::class_<SourceHealth> health(module, "SourceHealth", "How a source is doing. Read-only.");
    health.def_readonly("frames_read", &SourceHealth::frames_read, "Pictures that the source gave.");
    health.def_readonly("frames_delivered", &SourceHealth::frames_delivered, "Of these, given out.");
    health.def_readonly("frames_dropped", &SourceHealth::frames_dropped,
                        "Of these, replaced by a newer one before they were taken; live sources only.");
    health.def_readonly("reconnects", &SourceHealth::reconnects,
                        "Times that a live source was opened again and gave a picture.");
    health.def_readonly("gap_count", &SourceHealth::gap_count, "Times that a live source was away.");
    health.def_readonly("gap_total_s", &SourceHealth::gap_total_s,
                        "How long it was away in all gaps that are over, seconds.");
    health.def_readonly("gaps", &SourceHealth::gaps, "The last hundred of them: list of VideoGap.");
    health.def_readonly("skipped", &SourceHealth::skipped,
                        "Pictures of a folder that could not be read, each with the reason.");
    health.def_readonly("last_error", &SourceHealth::last_error, "Empty without one; never holds a password.");
    health.def_readonly("connected", &SourceHealth::connected, "Open and giving pictures, as far as is known.");
    health.def(
        "__repr__",
        [](const SourceHealth& h) {
            return fmt::format(
                "SourceHealth(frames_read={}, frames_delivered={}, frames_dropped={}, reconnects={}, gaps={}, "
                "skipped={}, connected={}, last_error='{}')",
                h.frames_read, h.frames_delivered, h.frames_dropped, h.reconnects, h.gap_count, h.skipped.size(),
                h.connected ? "True" : "False", h.last_error);
        },
        "__repr__(self, /)\n--\n\nThe counters.");
}

/// A value of the right type may still be none: a number of more than 32 bits, a text with a zero byte.
template <typename Value>
Value converted(const py::object& source, const char* expected) {
    try {
        return OptionValue<Value>::from(source);
    } catch (const py::cast_error&) {
        const auto shown = without_password(std::string(py::str(py::repr(source))));
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("VideoSource: source is {}, expected {}", shown, expected));
    }
}

}  // namespace

std::shared_ptr<VideoSource> open_source(const py::object& source, const VideoSourceOptions& options) {
    if (py::isinstance<py::int_>(source) && !py::isinstance<py::bool_>(source)) {
        const int camera = converted<int>(source, "a camera's number");
        return share(released([&] { return VideoSource(camera, options); }));
    }
    if (!py::isinstance<py::str>(source) && !py::hasattr(source, "__fspath__"))
        throw py::type_error(
            fmt::format("VideoSource: source is {}, expected a path, an address or a camera's number "
                        "(VideoSource.from_frames takes arrays)",
                        type_name(source)));
    const std::string text = converted<std::string>(source, "a path or an address");
    return share(released([&] { return VideoSource(text, options); }));
}

std::shared_ptr<VideoSource> source_from_frames(const py::iterable& frames, double fps, const std::string& order) {
    parse_order(order, "VideoSource.from_frames: order");
    refuse_one_picture(frames, "VideoSource.from_frames: frames");
    const std::shared_ptr<py::object> iterator(new py::object(py::iter(frames)), [](py::object* kept) {
        py::gil_scoped_acquire acquire;
        delete kept;
    });
    return share(VideoSource::from_function(
        [iterator, order]() -> std::optional<Image> {
            py::gil_scoped_acquire acquire;
            const py::object array = py::reinterpret_steal<py::object>(PyIter_Next(iterator->ptr()));
            if (PyErr_Occurred()) throw py::error_already_set();
            if (!array) return std::nullopt;
            return Image(NumpyImage(array, order, "VideoSource.from_frames: a frame").view());
        },
        fps));
}

void bind_video_source(py::module_& module) {
    bind_results(module);
    const std::string doc =
        video_source_options().signature("VideoSource", "source") +
        "\n--\n\n"
        "Pictures one after the other: for frame in emotion.VideoSource('lecture.mp4').\n\n"
        "source: a video file, a picture, a folder of pictures (natural order), an address (rtsp://, http://), or a "
        "camera as 0 or '/dev/video0'. A file gives every picture; a live source is read on a thread of its own, keeps "
        "only the newest picture, and is opened again when it stalls or dies.\n"
        "order: 'rgb', 'bgr' or 'gray'. fps: pictures a second of a folder. transport: of RTSP, 'tcp' or 'udp'.\n"
        "open_timeout_s, read_timeout_s: an address that does not answer for so long has failed.\n"
        "must_open: whether the first connection of a live source must succeed, else an error.\n"
        "first_pause_s, longest_pause_s: before a live source is opened again, doubled from failure to failure.\n"
        "max_attempts: failures one after the other at which it is given up with an error; 0: never.";
    py::class_<VideoSource, std::shared_ptr<VideoSource>> type(module, "VideoSource", doc.c_str());
    type.def(py::init([](const py::object& source, const py::kwargs& keywords) {
                 return open_source(source, video_source_options().parse(py::args(), keywords));
             }),
             (video_source_options().signature("__init__", "self, source") +
              "\n--\n\nOpens it. Raises EmotionOSError where that fails, "
              "EmotionValueError for an option out of bounds.")
                 .c_str(),
             py::arg("source"));
    type.def_static(
        "from_frames", &source_from_frames,
        documented(
            "from_frames", nullptr,
            "A source of any iterable of arrays, uint8 (h, w) or (h, w, 3), given out in the order they have.\n\n"
            "fps: of the frames' times.",
            py::arg("frames"), py::arg("fps") = 25.0, py::arg("order") = "rgb")
            .c_str(),
        py::arg("frames"), py::arg("fps") = 25.0, py::arg("order") = "rgb");
    def(
        type, "read",
        [](VideoSource& self, double wait_s) -> std::optional<NumpyFrame> {
            std::optional<VideoFrame> frame = released([&] { return self.read(wait_s); });
            if (!frame) return std::nullopt;
            return numpy_frame(std::move(*frame));
        },
        "The next VideoFrame; of a live source the newest, for which it waits at most wait_s seconds. None at the end "
        "(`ended`), or where a live source has none yet.",
        py::arg("wait_s") = 1.0);
    def(
        type, "stop", [](VideoSource& self) { released([&] { self.stop(); }); },
        "Ends the source, from any thread; a read that waits comes back at once.");
    def(
        type, "health", [](const VideoSource& self) { return self.health(); }, "How it is doing: a SourceHealth.");
    type.def_property_readonly("ended", &VideoSource::ended, "Whether no picture will come any more.");
    type.def_property_readonly("name", &VideoSource::name, "What was opened, without a password.");
    type.def_property_readonly(
        "height", [](const VideoSource& self) { return self.properties().height; }, "In px; 0 while not known.");
    type.def_property_readonly(
        "width", [](const VideoSource& self) { return self.properties().width; }, "In px; 0 while not known.");
    type.def_property_readonly(
        "fps", [](const VideoSource& self) { return self.properties().fps; }, "Pictures a second, or None.");
    type.def_property_readonly(
        "frame_count", [](const VideoSource& self) { return self.properties().frame_count; },
        "Pictures in all, perhaps an estimate, or None.");
    type.def_property_readonly(
        "is_live", [](const VideoSource& self) { return self.properties().is_live; },
        "Whether pictures may be dropped.");
    type.def(
        "__iter__", [](const py::object& self) { return self; }, "__iter__(self, /)\n--\n\nItself.");
    type.def("__next__", &next_frame, "__next__(self, /)\n--\n\nThe next picture, waited for without end.");
    type.def(
        "__enter__", [](const py::object& self) { return self; }, "__enter__(self, /)\n--\n\nItself.");
    type.def(
        "__exit__", [](VideoSource& self, const py::args&) { released([&] { self.stop(); }); },
        "__exit__(self, *args)\n--\n\nStops.");
    type.def(
        "__repr__", [](const VideoSource& self) { return fmt::format("VideoSource('{}')", self.name()); },
        "__repr__(self, /)\n--\n\nWhat was opened, without a password.");
}

}  // namespace emotion::bindings
