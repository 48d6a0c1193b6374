#include "emotion/threads.hpp"

#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_threads(py::module_& module) {
    def(
        module, "set_num_threads", [](int count) { released([&] { set_num_threads(count); }); },
        "Sets how many threads one call may use, for LibTorch and OpenCV together.\n\n"
        "count: at least 1. Applies to calls that begin afterwards, in any thread.",
        py::arg("count"));
    def(
        module, "num_threads", [] { return num_threads(); }, "The number of threads that one call may use.");
}

}  // namespace emotion::bindings
