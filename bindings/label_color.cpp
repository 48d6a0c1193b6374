#include "emotion/label_color.hpp"

#include "module.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_label_color(py::module_& module) {
    def(
        module, "label_color",
        [](const std::string& label) {
            const Color color = label_color(label);
            return py::make_tuple(int{color.r}, int{color.g}, int{color.b});
        },
        "The colour (r, g, b) that stands for a class; the same for a name every time, whatever the model's labels "
        "are.",
        py::arg("label"));
}

}  // namespace emotion::bindings
