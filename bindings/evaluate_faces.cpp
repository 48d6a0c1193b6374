#include "evaluate_faces.hpp"

#include <fmt/format.h>

#include "emotion/error.hpp"
#include "face.hpp"
#include "geometry.hpp"
#include "json.hpp"
#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

FaceLabel make_label(const py::object& box, const py::object& landmarks, bool ignored) {
    FaceLabel label{.box = to_rect(box, "FaceLabel: box"), .ignored = ignored};
    if (!landmarks.is_none()) {
        label.landmarks = to_landmarks(landmarks, "FaceLabel: landmarks");
        label.has_landmarks = true;
    }
    return label;
}

py::tuple state_of(const FaceLabel& label) {
    py::object points = py::none();
    if (label.has_landmarks) {
        py::tuple pairs(5);
        for (std::size_t i = 0; i < 5; ++i) pairs[i] = py::make_tuple(label.landmarks[i].x, label.landmarks[i].y);
        points = pairs;
    }
    return py::make_tuple(to_tuple(label.box), points, label.ignored);
}

void bind_label(py::module_& module) {
    py::class_<FaceLabel> type(module, "FaceLabel",
                               "FaceLabel(box, landmarks=None, ignored=False)\n--\n\n"
                               "A face as a person or a teacher network marked it. Read-only.");
    def_init(type, py::init(&make_label),
             "box: (x1, y1, x2, y2), px. landmarks: (5, 2), px, or None. ignored: neither face nor background.",
             py::arg("box"), py::arg("landmarks") = py::none(), py::arg("ignored") = false);
    type.def_property_readonly(
        "box", [](const FaceLabel& label) { return to_tuple(label.box); }, "(x1, y1, x2, y2), px.");
    type.def_property_readonly(
        "landmarks",
        [](const FaceLabel& label) -> py::object {
            if (!label.has_landmarks) return py::none();
            return to_numpy(label.landmarks);
        },
        "float32 (5, 2), px, or None.");
    type.def_readonly("ignored", &FaceLabel::ignored, "Too unclear to train on or to judge by.");
    type.def(
        "__repr__",
        [](const FaceLabel& label) {
            return fmt::format("FaceLabel(box=({:.1f}, {:.1f}, {:.1f}, {:.1f}){}{})", label.box.x1, label.box.y1,
                               label.box.x2, label.box.y2, label.has_landmarks ? ", landmarks=(5, 2)" : "",
                               label.ignored ? ", ignored=True" : "");
        },
        "__repr__(self, /)\n--\n\nThe box and what else is known.");
    def_value(type, &state_of, [](const py::tuple& v) { return make_label(v[0], v[1], v[2].cast<bool>()); });
}

LabelledPicture make_picture(std::filesystem::path path, std::vector<FaceLabel> faces, const py::sequence& regions) {
    LabelledPicture picture{.path = std::move(path), .faces = std::move(faces), .ignore_regions = {}};
    for (const py::handle region : regions)
        picture.ignore_regions.push_back(to_rect(region, "LabelledPicture: ignore_regions"));
    return picture;
}

py::list regions_of(const LabelledPicture& picture) {
    py::list regions;
    for (const Rect& region : picture.ignore_regions) regions.append(to_tuple(region));
    return regions;
}

void bind_picture(py::module_& module) {
    py::class_<LabelledPicture> type(module, "LabelledPicture",
                                     "LabelledPicture(path, faces=[], ignore_regions=[])\n--\n\n"
                                     "A picture file and the faces in it. Read-only.");
    def_init(type, py::init(&make_picture), "faces: list of FaceLabel. ignore_regions: list of (x1, y1, x2, y2), px.",
             py::arg("path"), py::arg("faces") = py::list(), py::arg("ignore_regions") = py::list());
    type.def_readonly("path", &LabelledPicture::path, "pathlib.Path of the picture.");
    type.def_readonly("faces", &LabelledPicture::faces, "List of FaceLabel.");
    type.def_property_readonly("ignore_regions", &regions_of,
                               "List of (x1, y1, x2, y2), px: neither face nor background.");
    type.def(
        "__repr__",
        [](const LabelledPicture& picture) {
            return fmt::format("LabelledPicture(path='{}', {} faces)", picture.path.string(), picture.faces.size());
        },
        "__repr__(self, /)\n--\n\nPath and number of faces.");
    def_value(
        type,
        [](const LabelledPicture& picture) {
            return py::make_tuple(picture.path.string(), py::tuple(py::cast(picture.faces)),
                                  py::tuple(regions_of(picture)));
        },
        [](const py::tuple& v) {
            return make_picture(v[0].cast<std::string>(), v[1].cast<std::vector<FaceLabel>>(), v[2]);
        });
}

py::object evaluate(const py::sequence& found, const std::vector<LabelledPicture>& pictures, float iou,
                    bool use_ignore_regions) {
    const auto boxes = to_scored_boxes(found, "evaluate_faces");
    const FaceEvaluationOptions options{.iou = iou, .use_ignore_regions = use_ignore_regions};
    return from_json(released([&] { return evaluate_faces(boxes, pictures, options).to_json(); }));
}

}  // namespace

std::vector<std::vector<ScoredBox>> to_scored_boxes(const py::sequence& found, const std::string& who) {
    std::vector<std::vector<ScoredBox>> boxes;
    for (std::size_t i = 0; i < found.size(); ++i) {
        boxes.emplace_back();
        for (const Face& face : to_faces(py::object(found[i]), fmt::format("{}: found[{}]", who, i)))
            boxes.back().push_back({.box = face.box, .score = face.score});
    }
    return boxes;
}

void bind_evaluate_faces(py::module_& module) {
    bind_label(module);
    bind_picture(module);
    def(
        module, "read_face_labels",
        [](const std::filesystem::path& folder, const std::string& split) {
            return released([&] { return read_face_labels(folder, split); });
        },
        "The pictures of a folder in the layout of WIDER FACE: a list of LabelledPicture.\n\n"
        "folder/images, folder/wider_face_SPLIT_bbx_gt.txt, and folder/ignore_SPLIT_bbx.txt where there is one.",
        py::arg("folder"), py::arg("split"));
    def(
        module, "write_face_labels",
        [](const std::filesystem::path& folder, const std::string& split,
           const std::vector<LabelledPicture>& pictures) {
            released([&] { write_face_labels(folder, split, pictures); });
        },
        "Writes label files that read_face_labels reads; the pictures lie below folder/images.", py::arg("folder"),
        py::arg("split"), py::arg("pictures"));
    const FaceEvaluationOptions defaults;
    def(module, "evaluate_faces", &evaluate,
        "Average precision of found faces, as a dict: pictures, found, accuracy for heights of at least 0, 12, 24 "
        "px.\n\n"
        "found: a list of Face for each of `pictures`, a list of LabelledPicture. iou: overlap from which a box is "
        "right, "
        "in (0, 1]. use_ignore_regions: what lies in one does not count.",
        py::arg("found"), py::arg("pictures"), py::arg("iou") = defaults.iou,
        py::arg("use_ignore_regions") = defaults.use_ignore_regions);
}

}  // namespace emotion::bindings
