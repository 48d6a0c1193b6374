#include "emotion/labelled_face.hpp"

#include <fmt/format.h>

#include "emotion/error.hpp"
#include "evaluate_emotion.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

LabelledFace make_face(std::filesystem::path path, const std::optional<std::string>& label, bool clear,
                       std::optional<float> valence, std::optional<float> arousal) {
    if (label && !find_emotion_label(*label))
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("LabelledFace: label must be the name of one of the eight classes, got '{}'", *label));
    if (valence.has_value() != arousal.has_value())
        throw Error(ErrorCode::invalid_argument, "LabelledFace: valence and arousal must be given together");
    return {std::move(path), label.value_or(""), clear, valence, arousal};
}

py::object label_of(const LabelledFace& face) {
    if (face.label.empty()) return py::none();
    return py::str(face.label);
}

}  // namespace

void bind_labelled_face(py::module_& module) {
    py::class_<LabelledFace> type(module, "LabelledFace",
                                  "LabelledFace(path, label=None, clear=False, valence=None, arousal=None)\n--\n\n"
                                  "A picture of one face and what its data set says of it. Read-only.");
    def_init(type, py::init(&make_face),
             "label: one of the eight classes. clear: of votes, whether more than half of all ten are for it. valence, "
             "arousal: in [-1, 1], both or none.",
             py::arg("path"), py::arg("label") = py::none(), py::arg("clear") = false, py::arg("valence") = py::none(),
             py::arg("arousal") = py::none());
    type.def_readonly("path", &LabelledFace::path, "pathlib.Path of the picture.");
    type.def_property_readonly("label", &label_of, "Name of the class, or None.");
    type.def_readonly("clear", &LabelledFace::clear, "Of votes: whether more than half of all ten are for the label.");
    type.def_readonly("valence", &LabelledFace::valence, "In [-1, 1], or None.");
    type.def_readonly("arousal", &LabelledFace::arousal, "In [-1, 1], or None.");
    type.def(
        "__repr__",
        [](const LabelledFace& face) {
            std::string text = fmt::format("LabelledFace(path='{}'", face.path.string());
            if (!face.label.empty()) text += fmt::format(", label='{}'", face.label);
            if (face.valence) text += fmt::format(", valence={:.3f}, arousal={:.3f}", *face.valence, *face.arousal);
            return text + ")";
        },
        "__repr__(self, /)\n--\n\nThe path and the labels.");
    def_value(
        type,
        [](const LabelledFace& face) {
            return py::make_tuple(face.path.string(), label_of(face), face.clear, face.valence, face.arousal);
        },
        [](const py::tuple& v) {
            return make_face(v[0].cast<std::string>(), v[1].cast<std::optional<std::string>>(), v[2].cast<bool>(),
                             v[3].cast<std::optional<float>>(), v[4].cast<std::optional<float>>());
        });

    def(
        module, "read_emotion_labels",
        [](const py::object& data) {
            const auto sets = OptionValue<std::vector<EmotionDataset>>::from(data);
            return released([&] {
                std::vector<LabelledFace> faces;
                for (const EmotionDataset& set : sets)
                    for (LabelledFace& face : read_emotion_labels(set)) faces.push_back(std::move(face));
                return faces;
            });
        },
        "The labelled pictures of data sets, one set behind the other: a list of LabelledFace.\n\n"
        "data: 'PATH' or 'PATH,part=A-B/N,classes=WEIGHT,va=WEIGHT', EmotionDataset, or a list of these. Labels of "
        "weight 0 are left out.",
        py::arg("data"));
    def(module, "find_emotion_label", &find_emotion_label,
        "The place among the eight classes in FER+ order of one of a class's usual names, in any case; None for "
        "another word.",
        py::arg("name"));
}

}  // namespace emotion::bindings
