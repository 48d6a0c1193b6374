#include "emotion/overlay.hpp"

#include <cstdlib>
#include <cstring>

#include "emotion/label_color.hpp"
#include "results.hpp"
#include "support/catch.hpp"

using namespace emotion;
using test_results::kLabels;

namespace {

/// How many pixels of a bgr8 picture have nearly this colour, in the rows from `first` to `end`.
int count(const Image& image, Color color, int first, int end) {
    int found = 0;
    for (int y = first; y < end; ++y)
        for (int x = 0; x < image.width(); ++x) {
            const std::uint8_t* p = image.row(y) + 3 * x;
            found += std::abs(p[0] - color.b) < 70 && std::abs(p[1] - color.g) < 70 && std::abs(p[2] - color.r) < 70;
        }
    return found;
}

FrameResult shows(std::size_t label, std::int64_t number = 0) {
    return test_results::frame(number, {test_results::face(1, 40, label), test_results::face(2, 200, label)});
}

}  // namespace

TEST_CASE("In mode picture the boxes have the colours of the emotions, and the frame itself stays as it was") {
    const FrameResult result = test_results::frame(0, {test_results::face(1, 40, 1), test_results::face(2, 200, 2)});
    const Image before = *result.image;
    Overlay overlay(kLabels);
    const Image image = overlay.draw(result);
    CHECK(image.width() == 320);
    CHECK(image.height() == 240);
    CHECK(count(image, label_color("happiness"), 40, 100) > 100);
    CHECK(count(image, label_color("anger"), 40, 100) > 100);
    CHECK(std::memcmp(before.data(), result.image->data(), 3 * 320 * 240) == 0);
}

TEST_CASE("Lines go up for glad emotions and down for those people would rather not feel") {
    for (const OverlayMode mode : {OverlayMode::graph, OverlayMode::board}) {
        OverlayOptions options;
        options.mode = mode;
        for (const std::size_t label : {std::size_t{1}, std::size_t{2}}) {
            Overlay overlay(kLabels, options);
            for (int i = 0; i < 49; ++i) overlay.draw(shows(label, i));
            const Image image = overlay.draw(shows(label, 49));
            CHECK(image.width() == (mode == OverlayMode::graph ? 1280 : 1920));
            CHECK(image.height() == (mode == OverlayMode::graph ? 720 : 400));
            const Color color = label_color(kLabels[label]);
            // A line of half the picture's width, at the height where all faces show the emotion; below are the names.
            const int middle = image.height() / 2;
            const int above = count(image, color, 0, middle - 60);
            const int below = count(image, color, middle + 60, image.height() - 29);
            INFO("label " << label << ": " << above << " above, " << below << " below");
            const int expected = image.width() / 3;
            CHECK((label == 1 ? above : below) > expected);
            CHECK((label == 1 ? below : above) < 20);
        }
    }
}

TEST_CASE("The graph goes back a number of frames and no further") {
    OverlayOptions options;
    options.mode = OverlayMode::graph;
    options.graph_points = 10;
    Overlay moved(kLabels, options), fresh(kLabels, options);
    for (int i = 0; i < 30; ++i) moved.draw(shows(2, i));
    Image a, b;
    for (int i = 0; i < 10; ++i) {
        a = moved.draw(shows(1, i));
        b = fresh.draw(shows(1, i));
    }
    CHECK(std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.row_stride() * a.height())) == 0);
}

TEST_CASE("Anonymous faces cannot be told apart, the rest of the frame can") {
    OverlayOptions options;
    options.anonymize = true;
    Overlay blurred({}, options), plain({}, {});
    FrameResult result = test_results::frame(0, {test_results::face(1, 130, 0)});
    result.faces[0].emotion.reset();
    const Image a = blurred.draw(result), b = plain.draw(result);
    double inside = 0, outside = 0;
    for (int y = 50; y < 90; ++y)
        for (int x = 0; x < 320; ++x) {
            const int change = std::abs(int(a.row(y)[3 * x]) - int(b.row(y)[3 * x]));
            if (x > 135 && x < 185) inside += change;
            if (x < 110 || x > 210) outside += change;
        }
    CHECK(inside / (40 * 49) > 20);
    CHECK(outside == 0);
}

TEST_CASE("Any frame can be drawn on, from one pixel on, in grey too; an overlay refuses what it cannot draw") {
    FrameResult tiny = test_results::frame(0, {test_results::face(1, 0, 1)});
    tiny.image = std::make_shared<const Image>(1, 1, PixelFormat::gray8);
    Overlay overlay(kLabels);
    CHECK(overlay.draw(tiny).format() == PixelFormat::bgr8);
    CHECK(overlay.draw(test_results::frame(1, {})).width() == 320);
    tiny.image.reset();
    CHECK_THROWS_WITH(overlay.draw(tiny), "Overlay: the result has no picture to draw on");
    OverlayOptions options;
    options.graph_points = 1;
    CHECK_THROWS_WITH(Overlay(kLabels, options), "Overlay: graph_points must be at least 2, got 1");
}
