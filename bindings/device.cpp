#include "emotion/device.hpp"

#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_device(py::module_& module) {
    def(
        module, "cuda_available", [] { return released([] { return cuda_available(); }); },
        "Whether a CUDA device can be used by this build on this machine.");
    def(
        module, "cpu_has_bf16", [] { return cpu_has_bf16(); },
        "Whether the processor computes bfloat16 natively (avx512_bf16 or AMX).");
    def(
        module, "resolve_device",
        [](const std::string& device) { return released([&] { return resolve_device(device); }); },
        "Checks a device name and says what it means here: 'auto' gives 'cuda:0' where there is one, else 'cpu'.\n\n"
        "device: 'auto', 'cpu', 'cuda' or 'cuda:N'. Raises UnsupportedError for CUDA where there is none.",
        py::arg("device"));
}

}  // namespace emotion::bindings
