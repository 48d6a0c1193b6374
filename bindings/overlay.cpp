#include "overlay.hpp"

#include <fmt/format.h>

#include <array>

#include "emotion/error.hpp"
#include "guarded.hpp"
#include "numpy_image.hpp"
#include "option_tables.hpp"
#include "signature.hpp"

namespace emotion::bindings {

const OptionTable<OverlayOptions>& overlay_options() {
    static const auto table = OptionTable<OverlayOptions>("Overlay", 0)
                                  .field("mode", &OverlayOptions::mode)
                                  .field("anonymize", &OverlayOptions::anonymize)
                                  .field("graph_points", &OverlayOptions::graph_points);
    return table;
}

namespace {

constexpr std::array<std::pair<const char*, OverlayMode>, 3> kModes{
    {{"picture", OverlayMode::picture}, {"graph", OverlayMode::graph}, {"board", OverlayMode::board}}};

/// In the frame's order, rgb where the frame is grey.
Image draw(Overlay& overlay, const FrameResult& result) {
    const bool is_bgr = result.image && result.image->format() == PixelFormat::bgr8;
    const PixelFormat order = is_bgr ? PixelFormat::bgr8 : PixelFormat::rgb8;
    Image image = overlay.draw(result);
    return image.format() == order ? image : convert(image, order);
}

}  // namespace

OverlayMode OptionValue<OverlayMode>::from(const py::handle& value) {
    const auto name = value.cast<std::string>();
    for (const auto& [known, mode] : kModes)
        if (name == known) return mode;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("Overlay: mode must be 'picture', 'graph' or 'board', got '{}'", name));
}

py::object OptionValue<OverlayMode>::to(OverlayMode value) {
    for (const auto& [name, mode] : kModes)
        if (mode == value) return py::str(name);
    return py::none();
}

void bind_overlay(py::module_& module) {
    using Type = Guarded<Overlay>;
    const std::string doc =
        overlay_options().signature("Overlay", "labels") +
        "\n--\n\n"
        "Draws the results of a run, frame by frame.\n\n"
        "labels: of the classifier (Emanalysis.labels); empty: heads only, without a graph.\n"
        "mode: 'picture', the frame with boxes, labels, counters and graph; 'graph', the graph alone, 1280 x 720 px; "
        "'board', the graph and the counters on a black board, 1920 x 400 px.\n"
        "anonymize: blurs the faces. graph_points: frames that the graph goes back.";
    py::class_<Type, std::shared_ptr<Type>> type(module, "Overlay", doc.c_str());
    type.def(py::init([](std::vector<std::string> labels, const py::kwargs& keywords) {
                 const OverlayOptions options = overlay_options().parse(py::args(), keywords);
                 return make_guarded<Overlay>(std::move(labels), options);
             }),
             (overlay_options().signature("__init__", "self, labels") + "\n--\n\nWith an empty graph.").c_str(),
             py::arg("labels"));
    def(
        type, "draw",
        [](Type& self, const FrameResult& frame) {
            return to_numpy(self.use([&](Overlay& overlay) { return draw(overlay, frame); }));
        },
        "The drawn picture of the next frame: uint8 (h, w, 3) in the frame's order, RGB where it is grey.\n\n"
        "frame: a FrameResult.",
        py::arg("frame"));
}

}  // namespace emotion::bindings
