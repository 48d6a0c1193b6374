#include "emotion/image.hpp"

#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_image(py::module_& module) {
    def(
        module, "resize",
        [](const py::object& image, int height, int width) {
            const NumpyImage given(image, "rgb", "resize: image");
            return to_numpy(released([&] { return resize(given.view(), height, width); }));
        },
        "The picture resized to height x width px: area averaging where it shrinks, bilinear where it grows.\n\n"
        "image: uint8 (h, w) or (h, w, 3), any channel order. Gives a new array.",
        py::arg("image"), py::arg("height"), py::arg("width"));
    def(
        module, "convert",
        [](const py::object& image, const std::string& to, const std::string& order) {
            const NumpyImage given(image, order, "convert: image");
            const PixelFormat format = parse_order(to, "convert: to", true);
            return to_numpy(released([&] { return convert(given.view(), format); }));
        },
        "The picture in another channel order: to='rgb', 'bgr' or 'gray' (ITU-R BT.601 weights).\n\n"
        "image: uint8 (h, w) or (h, w, 3) in `order`, 'rgb' or 'bgr'. Gives a new array.",
        py::arg("image"), py::arg("to"), py::arg("order") = "rgb");
}

}  // namespace emotion::bindings
