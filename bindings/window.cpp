#include "emotion/window.hpp"

#include "guarded.hpp"
#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

const OptionTable<WindowOptions>& options_table() {
    static const auto table = OptionTable<WindowOptions>("Window", 0)
                                  .field("title", &WindowOptions::title)
                                  .field("max_width", &WindowOptions::max_width);
    return table;
}

}  // namespace

void bind_window(py::module_& module) {
    using Type = Guarded<Window>;
    const std::string doc =
        options_table().signature("Window", nullptr) +
        "\n--\n\n"
        "A window that shows pictures one after the other, on an X display (under Wayland by Xwayland). Where there is "
        "no display it is an UnsupportedError.\n\n"
        "max_width: px, wider pictures are shown reduced to it; None: the screen's.";
    py::class_<Type, std::shared_ptr<Type>> type(module, "Window", doc.c_str());
    type.def(py::init([](const py::args& args, const py::kwargs& keywords) {
                 return make_guarded<Window>(options_table().parse(args, keywords));
             }),
             (options_table().signature("__init__", "self") + "\n--\n\nOpens with the first picture.").c_str());
    def(
        type, "show",
        [](Type& self, const py::object& image, const std::string& order) {
            const NumpyImage given(image, order, "Window.show: image");
            return self.use([&](Window& window) { return window.show(given.view()); });
        },
        "Shows a picture and hears keys: False once Enter, Escape or q was pressed or the window was closed.\n\n"
        "image: uint8 (h, w) or (h, w, 3) in `order`, 'rgb' or 'bgr'; the window takes its size.",
        py::arg("image"), py::arg("order") = "rgb");
    def(
        type, "close", [](Type& self) { self.use([](Window& window) { window.close(); }); },
        "Closes it. Does nothing the second time.");
    type.def_property_readonly(
        "is_open", [](Type& self) { return self.use([](Window& window) { return window.is_open(); }); },
        "False after show gave False, and after close.");
    type.def(
        "__enter__", [](const py::object& self) { return self; }, "__enter__(self, /)\n--\n\nItself.");
    type.def(
        "__exit__", [](Type& self, const py::args&) { self.use([](Window& window) { window.close(); }); },
        "__exit__(self, *args)\n--\n\nCloses.");
}

}  // namespace emotion::bindings
