#include "emotion/version.hpp"

#include "module.hpp"

namespace emotion::bindings {

void bind_version(py::module_& module) {
    module.attr("__version__") = EMOTION_VERSION;
    module.attr("torch_version") = EMOTION_TORCH_VERSION;
}

}  // namespace emotion::bindings
