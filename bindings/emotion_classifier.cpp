#include "emotion/emotion_classifier.hpp"

#include <fmt/format.h>

#include "emotion/error.hpp"
#include "face.hpp"
#include "loading.hpp"
#include "numpy_image.hpp"
#include "option_tables.hpp"
#include "signature.hpp"

namespace emotion::bindings {

const OptionTable<EmotionClassifierOptions>& emotion_classifier_options() {
    static const auto table = OptionTable<EmotionClassifierOptions>("EmotionClassifier", 1)
                                  .field("model", &EmotionClassifierOptions::model)
                                  .field("device", &EmotionClassifierOptions::device)
                                  .field("precision", &EmotionClassifierOptions::precision)
                                  .field("batch_size", &EmotionClassifierOptions::batch_size)
                                  .field("calibration", &EmotionClassifierOptions::calibration)
                                  .field("flip_average", &EmotionClassifierOptions::flip_average);
    return table;
}

namespace {

Emotion make_emotion(std::vector<std::string> labels, const py::object& probabilities, std::optional<float> valence,
                     std::optional<float> arousal) {
    Emotion emotion{.labels = std::make_shared<const std::vector<std::string>>(std::move(labels)),
                    .probabilities = probabilities.cast<std::vector<float>>(),
                    .valence = valence,
                    .arousal = arousal};
    if (emotion.labels->empty() || emotion.probabilities.size() != emotion.labels->size())
        throw Error(ErrorCode::invalid_argument, fmt::format("Emotion: got {} labels and {} probabilities",
                                                             emotion.labels->size(), emotion.probabilities.size()));
    return emotion;
}

void bind_emotion(py::module_& module) {
    py::class_<Emotion> type(module, "Emotion",
                             "Emotion(labels, probabilities, valence=None, arousal=None)\n--\n\n"
                             "What a classifier says of one face: an expression, not a feeling. Read-only.");
    def_init(type, py::init(&make_emotion), "One that comes from elsewhere: as many probabilities as labels.",
             py::arg("labels"), py::arg("probabilities"), py::arg("valence") = py::none(),
             py::arg("arousal") = py::none());
    type.def_property_readonly(
        "label", [](const Emotion& e) { return e.label(); }, "The most probable class.");
    type.def_property_readonly("label_index", &Emotion::label_index, "Its position in `labels`.");
    type.def_property_readonly(
        "labels", [](const Emotion& e) { return py::tuple(py::cast(*e.labels)); }, "The model's class names.");
    type.def_property_readonly(
        "probabilities", [](const Emotion& e) { return to_numpy(e.probabilities); },
        "float32, one for each label; sum to 1. Read-only.");
    type.def_readonly("valence", &Emotion::valence,
                      "In [-1, 1], unpleasant to pleasant; None if the model has no such head.");
    type.def_readonly("arousal", &Emotion::arousal, "In [-1, 1], calm to excited; None if the model has no such head.");
    type.def(
        "__repr__",
        [](const Emotion& e) {
            const float best = e.probabilities[static_cast<std::size_t>(e.label_index())];
            std::string text = fmt::format("Emotion(label='{}', probability={:.3f}", e.label(), best);
            if (e.valence) text += fmt::format(", valence={:.3f}", *e.valence);
            if (e.arousal) text += fmt::format(", arousal={:.3f}", *e.arousal);
            return text + ")";
        },
        "__repr__(self, /)\n--\n\nLabel, its probability, valence and arousal.");
    def_value(
        type,
        [](const Emotion& e) {
            return py::make_tuple(py::tuple(py::cast(*e.labels)), py::tuple(py::cast(e.probabilities)), e.valence,
                                  e.arousal);
        },
        [](const py::tuple& v) {
            return make_emotion(v[0].cast<std::vector<std::string>>(), v[1], v[2].cast<std::optional<float>>(),
                                v[3].cast<std::optional<float>>());
        });
}

using Lists = std::vector<std::vector<Face>>;

Lists to_face_lists(const py::object& lists, const std::string& who) {
    if (!py::isinstance<py::sequence>(lists) || py::isinstance<py::str>(lists))
        throw py::type_error(fmt::format("{} is {}, expected a list of lists of emotion.Face", who, type_name(lists)));
    Lists result;
    const auto sequence = py::reinterpret_borrow<py::sequence>(lists);
    for (std::size_t i = 0; i < sequence.size(); ++i)
        result.push_back(to_faces(py::object(sequence[i]), fmt::format("{}[{}]", who, i)));
    return result;
}

}  // namespace

void bind_emotion_classifier(py::module_& module) {
    bind_emotion(module);

    const std::string doc =
        emotion_classifier_options().signature("EmotionClassifier", nullptr) +
        "\n--\n\n"
        "Classes and, where the model has them, valence and arousal of faces. Two threads may use one "
        "classifier at once.\n\n"
        "model: name or folder, see find_model. batch_size: faces in one pass at most.\n"
        "calibration: name of one that the model's card has, for another labelling of the classes; '' for its own.\n"
        "flip_average: averages over the crop and its mirror image, twice the work.\n"
        "device: 'auto', 'cpu', 'cuda' or 'cuda:N'. precision: 'f32', 'bf16', 'f16' or 'fastest'.";
    py::class_<EmotionClassifier, std::shared_ptr<EmotionClassifier>> type(module, "EmotionClassifier", doc.c_str());
    def_loading(type, emotion_classifier_options, kLoadsModel);
    def(
        type, "classify",
        [](const EmotionClassifier& self, const py::object& image, const py::object& faces, const std::string& order) {
            const NumpyImage given(image, order, "EmotionClassifier.classify: image");
            const std::vector<Face> list = to_faces(faces, "EmotionClassifier.classify: faces");
            return released([&] { return self.classify(given.view(), list); });
        },
        "All faces of a picture in one batch: a list of Emotion in their order.\n\n"
        "image: uint8 (h, w) or (h, w, 3). faces: list of Face in its pixels. order: 'rgb' or 'bgr'. Raises TypeError "
        "for what is no array of uint8 or no Face, EmotionValueError for another shape or order and for a face without "
        "area.",
        py::arg("image"), py::arg("faces"), py::arg("order") = "rgb");
    def(
        type, "classify_batch",
        [](const EmotionClassifier& self, const py::object& images, const py::object& faces, const std::string& order) {
            const NumpyImages given(images, order, "EmotionClassifier.classify_batch: images");
            const Lists lists = to_face_lists(faces, "EmotionClassifier.classify_batch: faces");
            return released([&] { return self.classify(given.views(), lists); });
        },
        "All faces of several pictures in shared batches: a list of lists of Emotion.\n\n"
        "images: list of uint8 arrays, or one array (n, h, w[, 3]). faces: one list of Face for each picture. Raises "
        "as classify.",
        py::arg("images"), py::arg("faces"), py::arg("order") = "rgb");
    def(
        type, "classify_crops",
        [](const EmotionClassifier& self, const py::object& crops, const std::string& order) {
            const NumpyImages given(crops, order, "EmotionClassifier.classify_crops: crops");
            return released([&] { return self.classify_crops(given.views()); });
        },
        "Ready crops of any size, each resized to the network's input: a list of Emotion.\n\n"
        "crops: list of uint8 arrays (h, w[, 3]), or one array (n, h, w[, 3]).",
        py::arg("crops"), py::arg("order") = "rgb");
    type.def_property_readonly(
        "labels", [](const EmotionClassifier& self) { return py::tuple(py::cast(self.labels())); },
        "The model's class names, in the order of the probabilities.");
    type.def_property_readonly("has_valence_arousal", &EmotionClassifier::has_valence_arousal,
                               "Whether the model says valence and arousal.");
    type.def_property_readonly(
        "options", [](const EmotionClassifier& self) { return emotion_classifier_options().to_dict(self.options()); },
        "{argument: value}.");
    type.def_property_readonly("card", &EmotionClassifier::card, py::return_value_policy::copy, "The model's card.");
    type.def_property_readonly("device", &EmotionClassifier::device, "What 'auto' became.");
    type.def_property_readonly(
        "precision", [](const EmotionClassifier& self) { return to_string(self.precision()); },
        "What 'fastest' became.");
    type.def(
        "__repr__",
        [](const EmotionClassifier& self) {
            return fmt::format("EmotionClassifier(model='{}', {} labels, device='{}', precision='{}')",
                               self.card().name, self.labels().size(), self.device(), to_string(self.precision()));
        },
        "__repr__(self, /)\n--\n\nModel, number of labels, device and precision.");
}

}  // namespace emotion::bindings
