#include "emotion/image_io.hpp"

#include <fmt/format.h>

#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_image_io(py::module_& module) {
    def(
        module, "read_image",
        [](const std::filesystem::path& path, const std::string& order) {
            const PixelFormat format = parse_order(order, "read_image: order", true);
            return to_numpy(released([&] { return read_image(path, format); }));
        },
        "Reads a picture file (JPEG, PNG, WebP, BMP, TIFF, PNM), turned upright by its EXIF orientation.\n\n"
        "Gives uint8 (h, w, 3) in `order`, 'rgb' or 'bgr'; (h, w) for 'gray'. Raises EmotionOSError: no such file, not "
        "a "
        "picture, truncated.",
        py::arg("path"), py::arg("order") = "rgb");
    def(
        module, "decode_image",
        [](const py::object& data, const std::string& order) {
            const PixelFormat format = parse_order(order, "decode_image: order", true);
            if (!PyObject_CheckBuffer(data.ptr()))
                throw py::type_error(fmt::format("decode_image: data is {}, expected bytes", type_name(data)));
            const py::bytes bytes = py::reinterpret_steal<py::bytes>(PyBytes_FromObject(data.ptr()));
            if (!bytes) throw py::error_already_set();
            const std::string_view text = bytes;
            return to_numpy(released([&] {
                return decode_image({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, format);
            }));
        },
        "Decodes the bytes of a picture file; see read_image.", py::arg("data"), py::arg("order") = "rgb");
    def(
        module, "write_image",
        [](const std::filesystem::path& path, const py::object& image, const std::string& order) {
            const NumpyImage given(image, order, "write_image: image");
            released([&] { write_image(path, given.view()); });
        },
        "Writes a picture; the file's ending says how (.jpg, .png, .webp, .bmp, .tif).\n\n"
        "image: uint8 (h, w) or (h, w, 3) in `order`, 'rgb' or 'bgr'. Written beside and renamed: no half file is "
        "seen.",
        py::arg("path"), py::arg("image"), py::arg("order") = "rgb");
    def(
        module, "is_image_path", [](const std::filesystem::path& path) { return is_image_path(path); },
        "Whether read_image is tried on files of this ending (case does not matter).", py::arg("path"));
}

}  // namespace emotion::bindings
