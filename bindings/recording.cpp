#include "emotion/recording.hpp"

#include <fmt/format.h>

#include "guarded.hpp"
#include "option_tables.hpp"
#include "overlay.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

/// Outputs that are not written are None in Python, an empty path in C++.
struct Outputs {
    std::optional<std::filesystem::path> video, faces_table, frames_table, raw_table;
    RecordingOptions rest;

    RecordingOptions options() const {
        RecordingOptions all = rest;
        all.video = video.value_or("");
        all.faces_table = faces_table.value_or("");
        all.frames_table = frames_table.value_or("");
        all.raw_table = raw_table.value_or("");
        return all;
    }
};

const OptionTable<Outputs>& options_table() {
    static const auto table = OptionTable<Outputs>("Recording", 0)
                                  .field("video", &Outputs::video)
                                  .field("faces_table", &Outputs::faces_table)
                                  .field("frames_table", &Outputs::frames_table)
                                  .field("raw_table", &Outputs::raw_table)
                                  .fields_of(
                                      overlay_options(), [](auto& o) -> auto& { return o.rest.overlay; })
                                  .field_at(
                                      "encoder", [](auto& o) -> auto& { return o.rest.encoder.encoder; })
                                  .field_at(
                                      "quality", [](auto& o) -> auto& { return o.rest.encoder.quality; })
                                  .field_at(
                                      "fps", [](auto& o) -> auto& { return o.rest.fps; });
    return table;
}

}  // namespace

void bind_recording(py::module_& module) {
    using Type = Guarded<Recording>;
    const std::string doc =
        options_table().signature("Recording", "labels") +
        "\n--\n\n"
        "Writes the results of a run to files while it goes on: with emotion.Recording(run.labels, video='a.mp4') as "
        "recording, then recording.add(frame). Every file can be read at any moment and survives a kill.\n\n"
        "labels: of the classifier (Emanalysis.labels); empty: heads only.\n"
        "video: a .mp4 of what an Overlay draws, with its mode, anonymize and graph_points, and VideoWriter's encoder "
        "and quality; it keeps the frames' times, fps says how long the last one stays.\n"
        "faces_table: a row for each face of each frame. frames_table: a row for each frame. raw_table: a row for each "
        "face with the frame's number and a logit for each label. The name of a table ends with .csv, or with .jsonl "
        "for JSON Lines.";
    py::class_<Type, std::shared_ptr<Type>> type(module, "Recording", doc.c_str());
    type.def(py::init([](std::vector<std::string> labels, const py::kwargs& keywords) {
                 const RecordingOptions options = options_table().parse(py::args(), keywords).options();
                 return make_guarded<Recording>(std::move(labels), options);
             }),
             (options_table().signature("__init__", "self, labels") + "\n--\n\nOpens the tables.").c_str(),
             py::arg("labels"));
    type.def_static(
        "check", [](const py::kwargs& keywords) { options_table().parse(py::args(), keywords).options().validate(); },
        (options_table().signature("check", nullptr) +
         "\n--\n\nRaises what making a Recording with these options would raise for them. Opens no file.")
            .c_str());
    def(
        type, "add",
        [](Type& self, const FrameResult& frame) { self.use([&](Recording& recording) { recording.add(frame); }); },
        "Writes a FrameResult to all outputs. One that fails is ended, keeps what was written and is named in "
        "failures; the others go on. Raises EmotionValueError for a result with another number of labels.",
        py::arg("frame"));
    def(
        type, "close", [](Type& self) { self.use([](Recording& recording) { recording.close(); }); },
        "Ends all files. Does nothing the second time.");
    type.def_property_readonly(
        "failures", [](Type& self) { return self.use([](Recording& recording) { return recording.failures(); }); },
        "A sentence for each output that failed.");
    type.def(
        "__enter__", [](const py::object& self) { return self; }, "__enter__(self, /)\n--\n\nItself.");
    type.def(
        "__exit__", [](Type& self, const py::args&) { self.use([](Recording& recording) { recording.close(); }); },
        "__exit__(self, *args)\n--\n\nCloses.");
}

}  // namespace emotion::bindings
