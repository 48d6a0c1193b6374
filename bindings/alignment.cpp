#include "emotion/alignment.hpp"

#include "face.hpp"
#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_alignment(py::module_& module) {
    def(
        module, "crop_from_image",
        [](const Face& face, const CropSpec& crop, int height, int width) {
            return crop_from_image(face, crop, height, width);
        },
        "The Similarity from picture to crop for one face: by landmarks where face and crop have them, else by the "
        "box.\n\n"
        "height, width: the crop's size, px.",
        py::arg("face"), py::arg("crop"), py::arg("height"), py::arg("width"));
    def(
        module, "align_faces",
        [](const py::object& image, const py::object& faces, const CropSpec& crop, int height, int width,
           const std::string& order) {
            const NumpyImage given(image, order, "align_faces: image");
            const std::vector<Face> list = to_faces(faces, "align_faces: faces");
            const auto crops = released([&] { return align_faces(given.view(), list, crop, height, width); });
            return to_numpy(crops, height, width, given.view().format);
        },
        "The aligned crops of all faces, uint8 (n, height, width[, 3]), channels as in the picture.\n\n"
        "crop: where the landmarks go, for example EmotionClassifier().card.crop. Outside the picture its edge "
        "repeats.",
        py::arg("image"), py::arg("faces"), py::arg("crop"), py::arg("height"), py::arg("width"),
        py::arg("order") = "rgb");
}

}  // namespace emotion::bindings
