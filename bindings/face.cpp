#include "face.hpp"

#include <fmt/format.h>

#include "geometry.hpp"
#include "numpy_image.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

Face make_face(const py::object& box, float score, const py::object& landmarks) {
    Face face{.box = to_rect(box, "Face: box"), .score = score, .landmarks = std::nullopt};
    if (!landmarks.is_none()) face.landmarks = to_landmarks(landmarks, "Face: landmarks");
    return face;
}

py::object landmarks_of(const Face& face) {
    return face.landmarks ? py::object(to_numpy(*face.landmarks)) : py::object(py::none());
}

/// Plain numbers, so that equal faces have equal states.
py::tuple state_of(const Face& face) {
    py::object points = py::none();
    if (face.landmarks) {
        py::tuple pairs(5);
        for (std::size_t i = 0; i < 5; ++i) pairs[i] = py::make_tuple((*face.landmarks)[i].x, (*face.landmarks)[i].y);
        points = pairs;
    }
    return py::make_tuple(to_tuple(face.box), face.score, points);
}

}  // namespace

std::vector<Face> to_faces(const py::handle& faces, const std::string& who) {
    if (!py::isinstance<py::sequence>(faces) || py::isinstance<py::str>(faces))
        throw py::type_error(fmt::format("{} is {}, expected a list of emotion.Face", who, type_name(faces)));
    const auto sequence = py::reinterpret_borrow<py::sequence>(faces);
    std::vector<Face> result;
    result.reserve(sequence.size());
    for (std::size_t i = 0; i < sequence.size(); ++i) {
        const py::object face = sequence[i];
        if (!py::isinstance<Face>(face))
            throw py::type_error(fmt::format("{}[{}] is {}, expected an emotion.Face", who, i, type_name(face)));
        result.push_back(face.cast<const Face&>());
    }
    return result;
}

void bind_face(py::module_& module) {
    py::class_<Face> type(
        module, "Face",
        "Face(box, score=1.0, landmarks=None)\n--\n\n"
        "One face found in a picture, in pixels of that picture. Read-only.\n\n"
        "box: (x1, y1, x2, y2), right and bottom exclusive. score: in [0, 1]. landmarks: (5, 2), or None.");
    def_init(type, py::init(&make_face), "A face that comes from elsewhere.", py::arg("box"), py::arg("score") = 1.0f,
             py::arg("landmarks") = py::none());
    type.def_property_readonly(
        "box", [](const Face& face) { return to_tuple(face.box); },
        "(x1, y1, x2, y2), px; right and bottom exclusive; may reach a little beyond the picture's edge.");
    type.def_readonly("score", &Face::score, "How sure the detector is, in [0, 1].");
    type.def_property_readonly(
        "landmarks", &landmarks_of,
        "float32 (5, 2), px, x and y: left eye, right eye, nose tip, left and right mouth corner "
        "('left' is the left of the picture); None where there are none.");
    type.def(
        "__repr__",
        [](const Face& face) {
            return fmt::format("Face(box=({:.1f}, {:.1f}, {:.1f}, {:.1f}), score={:.3f}{})", face.box.x1, face.box.y1,
                               face.box.x2, face.box.y2, face.score, face.landmarks ? ", landmarks=(5, 2)" : "");
        },
        "__repr__(self, /)\n--\n\nBox and score.");
    def_value(type, state_of, [](const py::tuple& v) { return make_face(v[0], v[1].cast<float>(), v[2]); });
}

}  // namespace emotion::bindings
