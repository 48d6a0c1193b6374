#include "geometry.hpp"

#include <fmt/format.h>

#include "emotion/error.hpp"
#include "numpy_image.hpp"
#include "signature.hpp"

namespace emotion::bindings {

py::tuple to_tuple(const Rect& box) {
    return py::make_tuple(box.x1, box.y1, box.x2, box.y2);
}

Rect to_rect(const py::handle& values, const std::string& who) {
    if (!py::isinstance<py::sequence>(values) || py::isinstance<py::str>(values))
        throw py::type_error(fmt::format("{} is {}, expected (x1, y1, x2, y2)", who, type_name(values)));
    const auto sequence = py::reinterpret_borrow<py::sequence>(values);
    if (sequence.size() != 4)
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("{} has {} values, expected (x1, y1, x2, y2)", who, sequence.size()));
    std::array<float, 4> v{};
    for (std::size_t i = 0; i < 4; ++i) {
        const py::object value = sequence[i];
        try {
            v[i] = value.cast<float>();
        } catch (const py::cast_error&) {
            throw py::type_error(fmt::format("{}[{}] is {}, expected a number", who, i, type_name(value)));
        }
    }
    return {v[0], v[1], v[2], v[3]};
}

void bind_geometry(py::module_& module) {
    def(
        module, "iou",
        [](const py::object& a, const py::object& b) { return iou(to_rect(a, "iou: a"), to_rect(b, "iou: b")); },
        "Intersection over union of two boxes (x1, y1, x2, y2), in [0, 1].", py::arg("a"), py::arg("b"));

    py::class_<Similarity> type(module, "Similarity",
                                "Similarity(a=1.0, b=0.0, tx=0.0, ty=0.0)\n--\n\n"
                                "A turn, a uniform scale and a shift: target = scale * R(angle) * source + shift.\n\n"
                                "a, b: scale * cos(angle), scale * sin(angle). tx, ty: the shift, px.");
    def_init(type, py::init([](float a, float b, float tx, float ty) {
                 return Similarity{a, b, tx, ty};
             }),
             "From its four numbers.", py::arg("a") = 1.0f, py::arg("b") = 0.0f, py::arg("tx") = 0.0f,
             py::arg("ty") = 0.0f);
    type.def_readonly("a", &Similarity::a, "scale * cos(angle)");
    type.def_readonly("b", &Similarity::b, "scale * sin(angle)");
    type.def_readonly("tx", &Similarity::tx, "px");
    type.def_readonly("ty", &Similarity::ty, "px");
    type.def_property_readonly("scale", &Similarity::scale, "Uniform scale.");
    type.def_property_readonly("angle", &Similarity::angle, "Radians, counted from x towards y.");
    def(
        type, "apply",
        [](const Similarity& self, float x, float y) {
            const Point p = self.apply({x, y});
            return py::make_tuple(p.x, p.y);
        },
        "The point (x, y) transformed, px.", py::arg("x"), py::arg("y"));
    def(type, "inverse", &Similarity::inverse, "The way back. Raises EmotionValueError if the scale is 0.");
    type.def(
        "__matmul__", [](const Similarity& self, const Similarity& other) { return self * other; }, py::is_operator(),
        "__matmul__(self, other, /)\n--\n\nFirst `other`, then this.");
    type.def(
        "__repr__",
        [](const Similarity& s) {
            return fmt::format("Similarity(a={:.6g}, b={:.6g}, tx={:.6g}, ty={:.6g})", s.a, s.b, s.tx, s.ty);
        },
        "__repr__(self, /)\n--\n\nThe four numbers.");
    def_value(
        type, [](const Similarity& s) { return py::make_tuple(s.a, s.b, s.tx, s.ty); },
        [](const py::tuple& v) {
            return Similarity{v[0].cast<float>(), v[1].cast<float>(), v[2].cast<float>(), v[3].cast<float>()};
        });

    def(
        module, "estimate_similarity",
        [](const py::object& source, const py::object& target) {
            return estimate_similarity(to_points(source, "estimate_similarity: source"),
                                       to_points(target, "estimate_similarity: target"));
        },
        "The Similarity that brings `source` nearest to `target` in the least-squares sense, without mirroring.\n\n"
        "source, target: shape (n, 2), px, n >= 2 (Umeyama 1991).",
        py::arg("source"), py::arg("target"));
}

}  // namespace emotion::bindings
