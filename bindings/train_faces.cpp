#include "emotion/train_faces.hpp"

#include <fmt/format.h>

#include "signature.hpp"
#include "train_progress.hpp"

namespace emotion::bindings {

/// Folders are given as paths, as FaceTrainData, as (folder, weight), or as a list of these.
template <>
struct OptionValue<std::vector<FaceTrainData>> {
    static std::string expected() { return "str, path, FaceTrainData or list of them"; }
    static std::vector<FaceTrainData> from(const py::handle& value) {
        if (py::isinstance<FaceTrainData>(value)) return {value.cast<FaceTrainData>()};
        if (is_weighted(value))
            return {FaceTrainData{.folder = value[py::int_(0)].cast<std::filesystem::path>(),
                                  .weight = value[py::int_(1)].cast<double>()}};
        if (py::isinstance<py::str>(value) || py::hasattr(value, "__fspath__"))
            return {FaceTrainData{.folder = value.cast<std::filesystem::path>()}};
        if (!py::isinstance<py::sequence>(value)) throw py::cast_error();
        std::vector<FaceTrainData> result;
        for (const py::handle item : value)
            for (FaceTrainData& data : from(item)) result.push_back(std::move(data));
        return result;
    }
    /// (folder, weight)
    static bool is_weighted(const py::handle& value) {
        if (!py::isinstance<py::tuple>(value) || py::len(value) != 2) return false;
        const py::object weight = value[py::int_(1)];
        return py::isinstance<py::float_>(weight) || py::isinstance<py::int_>(weight);
    }
    static py::object to(const std::vector<FaceTrainData>& value) { return py::tuple(py::cast(value)); }
};

template <>
struct OptionValue<std::vector<std::filesystem::path>> {
    static std::string expected() { return "str, path or list of them"; }
    static std::vector<std::filesystem::path> from(const py::handle& value) {
        if (py::isinstance<py::str>(value) || py::hasattr(value, "__fspath__"))
            return {value.cast<std::filesystem::path>()};
        return value.cast<std::vector<std::filesystem::path>>();
    }
    static py::object to(const std::vector<std::filesystem::path>& value) {
        py::list texts;
        for (const auto& path : value) texts.append(path.string());
        return py::tuple(texts);
    }
};

namespace {

const OptionTable<FaceTrainOptions>& options_table() {
    using Options = FaceTrainOptions;
    static const auto table = OptionTable<Options>("train_faces", 0)
                                  .field("train", &Options::train)
                                  .field("validation", &Options::validation)
                                  .field("validation_pictures", &Options::validation_pictures)
                                  .field("out", &Options::out)
                                  .field("work", &Options::work)
                                  .field("resume", &Options::resume)
                                  .field("export_only", &Options::export_only)
                                  .field("name", &Options::name)
                                  .field("revision", &Options::revision)
                                  .field("license", &Options::license)
                                  .field("notes", &Options::notes)
                                  .field("widths", &Options::widths)
                                  .field("blocks", &Options::blocks)
                                  .field("neck", &Options::neck)
                                  .field("initial", &Options::initial)
                                  .field("teacher", &Options::teacher)
                                  .field("teacher_weight", &Options::teacher_weight)
                                  .field("crop", &Options::crop)
                                  .field("min_face_px", &Options::min_face_px)
                                  .field("max_face_px", &Options::max_face_px)
                                  .field("mosaic", &Options::mosaic)
                                  .field("native_scale", &Options::native_scale)
                                  .field("background", &Options::background)
                                  .field("max_turn_deg", &Options::max_turn_deg)
                                  .field("batch_size", &Options::batch_size)
                                  .field("steps", &Options::steps)
                                  .field("epoch_steps", &Options::epoch_steps)
                                  .field("learning_rate", &Options::learning_rate)
                                  .field("warmup_steps", &Options::warmup_steps)
                                  .field("weight_decay", &Options::weight_decay)
                                  .field("average", &Options::average)
                                  .field("seed", &Options::seed)
                                  .field("device", &Options::device)
                                  .field("precision", &Options::precision)
                                  .field("threads", &Options::threads)
                                  .field("loader_threads", &Options::loader_threads)
                                  .field("cache_mb", &Options::cache_mb)
                                  .field("min_score", &Options::min_score)
                                  .field("smallest_face_px", &Options::smallest_face_px);
    return table;
}

}  // namespace

void bind_train_faces(py::module_& module) {
    const FaceTrainData defaults;
    py::class_<FaceTrainData> type(module, "FaceTrainData",
                                   "FaceTrainData(folder, split='train', weight=1.0)\n--\n\n"
                                   "A folder of labelled pictures and how often one of it is drawn. Read-only.");
    def_init(type, py::init([](std::filesystem::path folder, std::string split, double weight) {
                 return FaceTrainData{std::move(folder), std::move(split), weight};
             }),
             "folder: in the layout of read_face_labels. weight: share of the crops, relative to the others.",
             py::arg("folder"), py::arg("split") = defaults.split, py::arg("weight") = defaults.weight);
    type.def_readonly("folder", &FaceTrainData::folder, "pathlib.Path of the folder.");
    type.def_readonly("split", &FaceTrainData::split, "Which of its label files.");
    type.def_readonly("weight", &FaceTrainData::weight, "Share of the crops, relative to the others.");
    type.def(
        "__repr__",
        [](const FaceTrainData& d) {
            return fmt::format("FaceTrainData(folder='{}', split='{}', weight={})", d.folder.string(), d.split,
                               d.weight);
        },
        "__repr__(self, /)\n--\n\nIts values.");
    def_value(
        type, [](const FaceTrainData& d) { return py::make_tuple(d.folder.string(), d.split, d.weight); },
        [](const py::tuple& v) {
            return FaceTrainData{v[0].cast<std::string>(), v[1].cast<std::string>(), v[2].cast<double>()};
        });

    module.def(
        "train_faces",
        [](const py::kwargs& keywords) {
            const py::object callback = py::reinterpret_borrow<py::dict>(keywords).attr("pop")("callback", py::none());
            return run_trainer(&train_faces, options_table().parse(py::args(), keywords), callback);
        },
        (options_table().signature("train_faces", nullptr, "callback=None") +
         "\n--\n\n"
         "Trains a face detector and writes it as a model folder: a TrainReport.\n\n"
         "train: folders in the layout of read_face_labels. validation: folders whose split 'val' is measured.\n"
         "callback: called with a TrainProgress after every step; giving False stops the run. Ctrl+C stops it too; "
         "with "
         "resume=True it goes on. The fields are those of emotion::FaceTrainOptions, where they are explained.")
            .c_str());
}

}  // namespace emotion::bindings
