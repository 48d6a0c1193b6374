#include "model_card.hpp"

#include <fmt/format.h>

#include "json.hpp"
#include "numpy_image.hpp"
#include "signature.hpp"

namespace emotion::bindings {

const char* to_string(InputColor color) {
    switch (color) {
        case InputColor::rgb:
            return "rgb";
        case InputColor::bgr:
            return "bgr";
        case InputColor::gray:
            break;
    }
    return "gray";
}

namespace {

py::object crop_landmarks(const CropSpec& crop) {
    if (!crop.landmarks) return py::none();
    Landmarks points;
    for (std::size_t i = 0; i < points.size(); ++i) points[i] = {(*crop.landmarks)[i][0], (*crop.landmarks)[i][1]};
    return to_numpy(points);
}

CropSpec make_crop(const py::object& landmarks, float margin) {
    CropSpec crop{.landmarks = std::nullopt, .margin = margin};
    if (landmarks.is_none()) return crop;
    const Landmarks points = to_landmarks(landmarks, "CropSpec: landmarks");
    crop.landmarks.emplace();
    for (std::size_t i = 0; i < points.size(); ++i) (*crop.landmarks)[i] = {points[i].x, points[i].y};
    return crop;
}

py::dict input_dict(const InputSpec& input) {
    py::dict values;
    values["height"] = input.height;
    values["width"] = input.width;
    values["stride"] = input.stride;
    values["color"] = to_string(input.color);
    values["mean"] = py::make_tuple(input.mean[0], input.mean[1], input.mean[2]);
    values["scale"] = py::make_tuple(input.scale[0], input.scale[1], input.scale[2]);
    values["per_image"] = input.per_image;
    return values;
}

py::dict architecture_dict(const ArchitectureSpec& architecture) {
    py::dict values;
    values["name"] = architecture.name;
    values["parameters"] = architecture.parameters;
    return values;
}

void bind_crop(py::module_& module) {
    py::class_<CropSpec> type(module, "CropSpec",
                              "CropSpec(landmarks=None, margin=0.0)\n--\n\n"
                              "How a face is cut out of a picture for a classifier. Read-only.");
    def_init(type, py::init(&make_crop),
             "landmarks: where the five points lie in the crop, (5, 2), px, or None. margin: a face without landmarks "
             "is its "
             "box grown by this share of its size on each side.",
             py::arg("landmarks") = py::none(), py::arg("margin") = 0.0f);
    type.def_property_readonly("landmarks", &crop_landmarks, "float32 (5, 2), px of the crop, or None.");
    type.def_readonly("margin", &CropSpec::margin, "Share of the box's size, on each side.");
    type.def(
        "__repr__",
        [](const CropSpec& crop) {
            return fmt::format("CropSpec({}margin={:g})", crop.landmarks ? "landmarks=(5, 2), " : "", crop.margin);
        },
        "__repr__(self, /)\n--\n\nIts values.");
    def_value(
        type,
        [](const CropSpec& crop) {
            py::object points = py::none();
            if (crop.landmarks) {
                py::tuple pairs(5);
                for (std::size_t i = 0; i < 5; ++i)
                    pairs[i] = py::make_tuple((*crop.landmarks)[i][0], (*crop.landmarks)[i][1]);
                points = pairs;
            }
            return py::make_tuple(points, crop.margin);
        },
        [](const py::tuple& v) { return make_crop(v[0], v[1].cast<float>()); });
}

}  // namespace

void bind_model_card(py::module_& module) {
    bind_crop(module);

    py::class_<ModelCard> type(
        module, "ModelCard",
        "The content of a model's model.json: all that is needed to use the weights, and what is "
        "known about them. Read-only.");
    type.def_static(
        "from_json", [](const std::string& text) { return parse_model_card(text); }, py::arg("text"),
        "from_json(text)\n--\n\nFrom the text of a model.json. Raises ModelFormatError.");
    def(
        type, "to_json", [](const ModelCard& card) { return to_json(card); }, "The text of its model.json.");
    type.def_readonly("name", &ModelCard::name, "What the model is called.");
    type.def_readonly("revision", &ModelCard::revision, "Counts from 1.");
    type.def_readonly("task", &ModelCard::task, "'faces' or 'emotion'.");
    type.def_readonly("description", &ModelCard::description, "In a sentence.");
    type.def_readonly("license", &ModelCard::license, "Under which the weights may be used.");
    type.def_property_readonly(
        "architecture", [](const ModelCard& card) { return architecture_dict(card.architecture); },
        "{'name': str, 'parameters': {name: [numbers]}}");
    type.def_property_readonly(
        "input", [](const ModelCard& card) { return input_dict(card.input); },
        "How pixels become the network's input: height, width (px, 0: any), stride, color, mean, scale, per_image.");
    type.def_readonly("crop", &ModelCard::crop, "How faces are cut out, for emotion models.");
    type.def_property_readonly(
        "labels", [](const ModelCard& card) { return py::tuple(py::cast(card.labels)); },
        "Class names in the order of the outputs, for emotion models.");
    type.def_readonly("temperature", &ModelCard::temperature, "Logits are divided by this before softmax.");
    type.def_property_readonly(
        "calibrations",
        [](const ModelCard& card) {
            py::dict values;
            for (const auto& [name, calibration] : card.calibrations)
                values[py::str(name)] =
                    py::dict(py::arg("weights") = calibration.weights, py::arg("bias") = calibration.bias,
                             py::arg("description") = calibration.description);
            return values;
        },
        "Other labellings of an emotion model's classes, {name: {'weights': rows, 'bias': list, 'description': str}}: "
        "softmax(weights @ z + bias), z = logarithms of the probabilities.");
    type.def_readonly("defaults", &ModelCard::defaults, "For faces models: min_score, nms_iou, smallest_face_px.");
    type.def_property_readonly(
        "details", [](const ModelCard& card) { return from_json(card.details); },
        "Training, data, accuracy, limits: what the model's makers wrote down.");
    type.def_readonly("weights_sha256", &ModelCard::weights_sha256, "64 hexadecimal digits.");
    type.def_readonly("weights_bytes", &ModelCard::weights_bytes, "Size of model.safetensors.");
    type.def(
        "__repr__",
        [](const ModelCard& card) {
            return fmt::format("ModelCard(name='{}', revision={}, task='{}', architecture='{}')", card.name,
                               card.revision, card.task, card.architecture.name);
        },
        "__repr__(self, /)\n--\n\nName, revision, task and architecture.");
    def_value(
        type, [](const ModelCard& card) { return py::make_tuple(to_json(card)); },
        [](const py::tuple& v) { return parse_model_card(v[0].cast<std::string>()); });

    def(
        module, "read_model_card",
        [](const std::filesystem::path& folder) { return released([&] { return read_model_card(folder); }); },
        "Reads folder/model.json strictly; the weights are not touched. Raises ModelFormatError or EmotionOSError.",
        py::arg("folder"));
}

}  // namespace emotion::bindings
