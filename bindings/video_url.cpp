#include "emotion/video_url.hpp"

#include "module.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_video_url(py::module_& module) {
    def(module, "ip_camera_url", &ip_camera_url,
        "The RTSP address of an IP camera's main stream, in the form of Dahua's cameras.\n\n"
        "address: a host name or an IP address, with a port of its own or not ('10.0.0.7:8554').",
        py::arg("address"), py::arg("login"), py::arg("password"));
    def(module, "without_password", &without_password,
        "The text with the passwords of all addresses in it, and query parameters named like one, as ***.",
        py::arg("text"));
}

}  // namespace emotion::bindings
