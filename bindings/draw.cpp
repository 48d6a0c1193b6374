#include "emotion/draw.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "emotion/error.hpp"
#include "face.hpp"
#include "geometry.hpp"
#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

Color to_color(const py::handle& value, const std::string& who) {
    try {
        const auto [r, g, b] = value.cast<std::tuple<int, int, int>>();
        for (int part : {r, g, b})
            if (part < 0 || part > 255)
                throw Error(ErrorCode::invalid_argument,
                            fmt::format("{} must be three numbers in [0, 255], got {}", who, part));
        return {static_cast<std::uint8_t>(r), static_cast<std::uint8_t>(g), static_cast<std::uint8_t>(b)};
    } catch (const py::cast_error&) {
        throw py::type_error(fmt::format("{} is {}, expected (r, g, b)", who, std::string(py::str(py::repr(value)))));
    }
}

template <typename Item, typename Convert>
std::vector<Item> one_for_each(const py::sequence& values, std::size_t count, const char* what, Convert convert) {
    if (values.size() != count)
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("draw_faces: got {} faces and {} {}", count, values.size(), what));
    std::vector<Item> items;
    for (std::size_t i = 0; i < count; ++i) items.push_back(convert(values[i]));
    return items;
}

py::array draw_faces(const py::object& image, const py::object& faces, const py::sequence& texts,
                     const py::sequence& colors, const std::string& order) {
    const NumpyImage given(image, order, "draw_faces: image");
    const std::vector<Face> list = to_faces(faces, "draw_faces: faces");
    const auto words = one_for_each<std::string>(texts, list.size(), "texts",
                                                 [](const py::object& text) { return text.cast<std::string>(); });
    const auto paints = one_for_each<Color>(
        colors, list.size(), "colors", [](const py::object& color) { return to_color(color, "draw_faces: colors"); });
    return to_numpy(released([&] {
        Image canvas = given.view().format == PixelFormat::gray8 ? convert(given.view(), parse_order(order, "order"))
                                                                 : Image(given.view());
        const int line_width = readable_line_width(canvas);
        const float text_height = readable_text_height(canvas);
        for (std::size_t i = 0; i < list.size(); ++i) {
            draw_box(canvas, list[i].box, paints[i], line_width);
            if (list[i].landmarks) {
                const float radius = std::min(list[i].box.height() / 40.0f, static_cast<float>(line_width));
                draw_landmarks(canvas, *list[i].landmarks, paints[i], std::max(1, static_cast<int>(radius)));
            }
        }
        // Labels last, so that no box runs through them.
        std::vector<BoxLabel> labels;
        for (std::size_t i = 0; i < list.size(); ++i) labels.push_back({list[i].box, words[i], paints[i]});
        draw_labels(canvas, labels, text_height);
        return canvas;
    }));
}

}  // namespace

void bind_draw(py::module_& module) {
    def(
        module, "draw_box",
        [](const py::object& image, const py::object& box, const py::object& color, int line_width,
           const std::string& order) {
            Image canvas(NumpyImage(image, order, "draw_box: image").view());
            draw_box(canvas, to_rect(box, "draw_box: box"), to_color(color, "draw_box: color"), line_width);
            return to_numpy(std::move(canvas));
        },
        "A copy of the picture with a box outline of `line_width` px.\n\n"
        "image: uint8 (h, w) or (h, w, 3). box: (x1, y1, x2, y2), px. color: (r, g, b) whatever the order of the "
        "picture.",
        py::arg("image"), py::arg("box"), py::arg("color"), py::arg("line_width") = 2, py::arg("order") = "rgb");
    def(
        module, "draw_landmarks",
        [](const py::object& image, const py::object& landmarks, const py::object& color, int radius,
           const std::string& order) {
            Image canvas(NumpyImage(image, order, "draw_landmarks: image").view());
            draw_landmarks(canvas, to_landmarks(landmarks, "draw_landmarks: landmarks"),
                           to_color(color, "draw_landmarks: color"), radius);
            return to_numpy(std::move(canvas));
        },
        "A copy of the picture with five filled dots of `radius` px.\n\nlandmarks: (5, 2), px.", py::arg("image"),
        py::arg("landmarks"), py::arg("color"), py::arg("radius") = 2, py::arg("order") = "rgb");
    def(
        module, "draw_label",
        [](const py::object& image, const py::object& box, const std::string& text, const py::object& color,
           float text_height, const std::string& order) {
            Image canvas(NumpyImage(image, order, "draw_label: image").view());
            draw_label(canvas, to_rect(box, "draw_label: box"), text, to_color(color, "draw_label: color"),
                       text_height);
            return to_numpy(std::move(canvas));
        },
        "A copy of the picture with text of `text_height` px on a filled strip at the upper edge of a box, or below or "
        "inside it where there "
        "is no room.\n\n"
        "Characters outside ASCII are drawn as '?'.",
        py::arg("image"), py::arg("box"), py::arg("text"), py::arg("color"), py::arg("text_height") = 14.0f,
        py::arg("order") = "rgb");
    def(module, "draw_faces", &draw_faces,
        "A copy of the picture, always in colour, with box, landmarks and text of each face in its colour.\n\n"
        "texts, colors: one for each face; an empty text draws none. Labels keep off each other where there is room. "
        "Line width and text size suit the picture's size.",
        py::arg("image"), py::arg("faces"), py::arg("texts"), py::arg("colors"), py::arg("order") = "rgb");
}

}  // namespace emotion::bindings
