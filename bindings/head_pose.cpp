#include "emotion/head_pose.hpp"

#include <fmt/format.h>

#include "numpy_image.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_head_pose(py::module_& module) {
    py::class_<HeadPose> type(module, "HeadPose",
                              "HeadPose(yaw_deg=0.0, pitch_deg=0.0, roll_deg=0.0)\n--\n\n"
                              "Where a head looks, in degrees, seen from the camera. Read-only.");
    def_init(type, py::init([](float yaw_deg, float pitch_deg, float roll_deg) {
                 return HeadPose{yaw_deg, pitch_deg, roll_deg};
             }),
             "From its three angles.", py::arg("yaw_deg") = 0.0f, py::arg("pitch_deg") = 0.0f,
             py::arg("roll_deg") = 0.0f);
    type.def_readonly("yaw_deg", &HeadPose::yaw_deg, "In (-180, 180]; positive: to the right of the picture.");
    type.def_readonly("pitch_deg", &HeadPose::pitch_deg, "In [-90, 90]; positive: up.");
    type.def_readonly("roll_deg", &HeadPose::roll_deg, "In (-180, 180]; positive: tilted clockwise in the picture.");
    type.def(
        "__repr__",
        [](const HeadPose& p) {
            return fmt::format("HeadPose(yaw_deg={:.1f}, pitch_deg={:.1f}, roll_deg={:.1f})", p.yaw_deg, p.pitch_deg,
                               p.roll_deg);
        },
        "__repr__(self, /)\n--\n\nThe three angles.");
    def_value(
        type, [](const HeadPose& p) { return py::make_tuple(p.yaw_deg, p.pitch_deg, p.roll_deg); },
        [](const py::tuple& v) {
            return HeadPose{v[0].cast<float>(), v[1].cast<float>(), v[2].cast<float>()};
        });

    def(
        module, "estimate_head_pose",
        [](const py::object& landmarks) {
            return estimate_head_pose(to_landmarks(landmarks, "estimate_head_pose: landmarks"));
        },
        "The HeadPose that explains five landmarks best, good to about 10 degrees, less beyond 45; None where they "
        "give none.\n\n"
        "landmarks: (5, 2), px, in the order of Face.landmarks. A mean face under scaled orthographic projection, by "
        "least squares.",
        py::arg("landmarks"));
    const FrontOptions defaults;
    def(
        module, "looks_to_front",
        [](const HeadPose& pose, float max_yaw_deg, float max_pitch_deg) {
            const FrontOptions options{max_yaw_deg, max_pitch_deg};
            options.validate();
            return looks_to_front(pose, options);
        },
        "Whether a head looks to the front: yaw and pitch within the bounds, in degrees; roll does not matter.",
        py::arg("pose"), py::arg("max_yaw_deg") = defaults.max_yaw_deg,
        py::arg("max_pitch_deg") = defaults.max_pitch_deg);
}

}  // namespace emotion::bindings
