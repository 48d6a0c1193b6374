#include "emotion/video_writer.hpp"

#include <fmt/format.h>

#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_video_writer(py::module_& module) {
    const VideoWriterOptions defaults;
    py::class_<VideoWriter, std::shared_ptr<VideoWriter>> type(
        module, "VideoWriter",
        "VideoWriter(path, height, width, fps, *, encoder='auto', quality=23)\n--\n\n"
        "Writes an MP4 that can be opened at every moment while it grows, and after the program was killed.");
    def_init(type,
             py::init([](const std::filesystem::path& path, int height, int width, double fps,
                         const std::string& encoder, int quality) {
                 py::gil_scoped_release release;
                 const VideoWriterOptions options{encoder, quality};
                 return std::shared_ptr<VideoWriter>(new VideoWriter(path, height, width, fps, options),
                                                     ReleasingDelete<VideoWriter>{});
             }),
             "path: ends with .mp4; a file that is there is replaced. height, width: px, at least 2; an odd side grows "
             "by one "
             "px.\n"
             "fps: pictures a second where no times are given. encoder: 'auto', 'libx264', 'libopenh264' or 'mpeg4'. "
             "quality: 1 to 51, smaller is better.",
             py::arg("path"), py::arg("height"), py::arg("width"), py::arg("fps"), py::kw_only(),
             py::arg("encoder") = defaults.encoder, py::arg("quality") = defaults.quality);
    def(
        type, "write",
        [](VideoWriter& self, const py::object& image, std::optional<double> time_s, const std::string& order) {
            const NumpyImage given(image, order, "VideoWriter.write: image");
            released([&] { time_s ? self.write(given.view(), *time_s) : self.write(given.view()); });
        },
        "Adds a picture of the size given: uint8 (h, w) or (h, w, 3) in `order`, 'rgb' or 'bgr'.\n\n"
        "time_s: seconds from any beginning, above that of the picture before; None: 1 / fps after it.",
        py::arg("image"), py::arg("time_s") = py::none(), py::arg("order") = "rgb");
    def(
        type, "close", [](VideoWriter& self) { released([&] { self.close(); }); },
        "Ends the file. Does nothing the second time.");
    type.def_property_readonly("frame_count", &VideoWriter::frame_count, "Pictures taken.");
    type.def_property_readonly("encoder", &VideoWriter::encoder, "What 'auto' became.");
    type.def_property_readonly("path", &VideoWriter::path, "pathlib.Path of the file.");
    type.def(
        "__enter__", [](const py::object& self) { return self; }, "__enter__(self, /)\n--\n\nItself.");
    type.def(
        "__exit__", [](VideoWriter& self, const py::args&) { released([&] { self.close(); }); },
        "__exit__(self, *args)\n--\n\nCloses.");
    type.def(
        "__repr__",
        [](const VideoWriter& self) {
            return fmt::format("VideoWriter('{}', encoder='{}')", self.path().string(), self.encoder());
        },
        "__repr__(self, /)\n--\n\nPath and encoder.");
}

}  // namespace emotion::bindings
