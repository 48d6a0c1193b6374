#include "emotion/face_detector.hpp"

#include <fmt/format.h>

#include "loading.hpp"
#include "numpy_image.hpp"
#include "option_tables.hpp"
#include "signature.hpp"

namespace emotion::bindings {

const OptionTable<FaceDetectorOptions>& face_detector_options() {
    static const auto table = OptionTable<FaceDetectorOptions>("FaceDetector", 1)
                                  .field("model", &FaceDetectorOptions::model)
                                  .field("min_score", &FaceDetectorOptions::min_score)
                                  .field("nms_iou", &FaceDetectorOptions::nms_iou)
                                  .field("top_k", &FaceDetectorOptions::top_k)
                                  .field("max_faces", &FaceDetectorOptions::max_faces)
                                  .field("min_face_px", &FaceDetectorOptions::min_face_px)
                                  .field("device", &FaceDetectorOptions::device)
                                  .field("precision", &FaceDetectorOptions::precision);
    return table;
}

void bind_face_detector(py::module_& module) {
    const std::string doc =
        face_detector_options().signature("FaceDetector", nullptr) +
        "\n--\n\n"
        "Finds faces in pictures. Two threads may use one detector at once.\n\n"
        "model: name or folder, see find_model.\n"
        "min_score: faces below are dropped, in [0, 1]; None: as the model's card says.\n"
        "nms_iou: of two boxes that overlap more, the better stays, in (0, 1]; None: as the card says.\n"
        "top_k: candidates kept before suppression. max_faces: faces given at most, best first.\n"
        "min_face_px: height of the smallest face worth finding, px; sets the working scale (a small value finds small "
        "faces and takes longer). None: the picture as it is.\n"
        "device: 'auto', 'cpu', 'cuda' or 'cuda:N'. precision: 'f32', 'bf16', 'f16' or 'fastest'.";
    py::class_<FaceDetector, std::shared_ptr<FaceDetector>> type(module, "FaceDetector", doc.c_str());
    def_loading(type, face_detector_options, kLoadsModel);
    def(
        type, "detect",
        [](const FaceDetector& self, const py::object& image, const std::string& order) {
            const NumpyImage given(image, order, "FaceDetector.detect: image");
            return released([&] { return self.detect(given.view()); });
        },
        "The faces of one picture, best score first, in pixels of that picture: a list of Face.\n\n"
        "image: uint8 (h, w) or (h, w, 3) of any size from 1 x 1 px; not copied if its rows are packed. order: 'rgb', "
        "or 'bgr' for OpenCV's pictures. Raises TypeError for what is no array of uint8, EmotionValueError for another "
        "shape or order.",
        py::arg("image"), py::arg("order") = "rgb");
    def(
        type, "detect_batch",
        [](const FaceDetector& self, const py::object& images, const std::string& order) {
            const NumpyImages given(images, order, "FaceDetector.detect_batch: images");
            return released([&] { return self.detect(given.views()); });
        },
        "The faces of several pictures of any sizes: a list of lists of Face.\n\n"
        "images: list of uint8 arrays as for detect, or one array (n, h, w[, 3]). Raises as detect.",
        py::arg("images"), py::arg("order") = "rgb");
    type.def_property_readonly(
        "options", [](const FaceDetector& self) { return face_detector_options().to_dict(self.options()); },
        "{argument: value}, with what the card fills in.");
    type.def_property_readonly("card", &FaceDetector::card, py::return_value_policy::copy, "The model's card.");
    type.def_property_readonly("device", &FaceDetector::device, "What 'auto' became.");
    type.def_property_readonly(
        "precision", [](const FaceDetector& self) { return to_string(self.precision()); }, "What 'fastest' became.");
    type.def(
        "__repr__",
        [](const FaceDetector& self) {
            return fmt::format("FaceDetector(model='{}', device='{}', precision='{}')", self.card().name, self.device(),
                               to_string(self.precision()));
        },
        "__repr__(self, /)\n--\n\nModel, device and precision.");
}

}  // namespace emotion::bindings
