#include "emotion/draw.hpp"

#include <limits>
#include <vector>

#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;

namespace {

constexpr Color kRed{250, 10, 20};
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kHuge = std::numeric_limits<float>::max();

bool is(const Image& image, int x, int y, Color color) {
    const std::uint8_t* p = image.row(y) + 3 * x;
    int red = image.format() == PixelFormat::rgb8 ? 0 : 2;
    return p[red] == color.r && p[1] == color.g && p[2 - red] == color.b;
}

int changed_pixels(const Image& image) {
    int changed = 0, count = channels(image.format());
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            bool touched = false;
            for (int c = 0; c < count; ++c) touched |= image.row(y)[x * count + c] != 0;
            changed += touched;
        }
    }
    return changed;
}

/// The bounds of all pixels that are not black.
Rect touched_area(const Image& image) {
    Rect area{1e9f, 1e9f, -1e9f, -1e9f};
    int count = channels(image.format());
    for (int y = 0; y < image.height(); ++y) {
        for (int i = 0; i < image.width() * count; ++i) {
            if (image.row(y)[i] == 0) continue;
            auto x = static_cast<float>(i / count), row = static_cast<float>(y);
            area = {std::min(area.x1, x), std::min(area.y1, row), std::max(area.x2, x + 1), std::max(area.y2, row + 1)};
        }
    }
    return area;
}

}  // namespace

TEST_CASE("a box is an outline astride its edges, in the colour's own parts whatever the order") {
    for (PixelFormat format : {PixelFormat::rgb8, PixelFormat::bgr8}) {
        Image image(60, 80, format);
        draw_box(image, {20, 10, 60, 50}, kRed, 4);
        CHECK(is(image, 18, 8, kRed));
        CHECK(is(image, 21, 30, kRed));
        CHECK(is(image, 61, 51, kRed));
        CHECK(is(image, 40, 9, kRed));
        CHECK(is(image, 17, 30, {}));
        CHECK(is(image, 22, 30, {}));
        CHECK(is(image, 62, 30, {}));
        CHECK(is(image, 40, 30, {}));
        CHECK(changed_pixels(image) == 44 * 44 - 36 * 36);
    }
    Image gray(60, 80, PixelFormat::gray8);
    draw_box(gray, {20, 10, 60, 50}, {255, 255, 255}, 1);
    CHECK(changed_pixels(gray) == 40 * 40 - 38 * 38);
    CHECK(int(gray.row(10)[20]) == 255);
}

TEST_CASE("boxes at and beyond the edges are clipped, small ones are seen, those that are none are not drawn") {
    Image image(40, 40, PixelFormat::rgb8);
    for (Rect none :
         {Rect{kNaN, 1, 5, 5}, {1, 1, INFINITY, 5}, {100, 100, 200, 200}, {-90, -90, -50, -50}, {20, 20, 10, 10}}) {
        draw_box(image, none, kRed, 3);
        CHECK(changed_pixels(image) == 0);
    }
    draw_box(image, {-kHuge, -kHuge, kHuge, kHuge}, kRed, 3);
    CHECK(changed_pixels(image) == 0);
    draw_box(image, {5, 5, 7, 7}, kRed, 1);
    CHECK(is(image, 5, 5, kRed));
    draw_box(image, {-10, -10, 50, 20}, kRed, 1);
    CHECK(is(image, 0, 19, kRed));
    CHECK(is(image, 39, 19, kRed));
    Image pixel(1, 1, PixelFormat::rgb8);
    draw_box(pixel, {0, 0, 1, 1}, kRed, 1'000'000'000);
    CHECK(is(pixel, 0, 0, kRed));
    error_message(ErrorCode::invalid_argument, [&] { draw_box(image, {1, 1, 5, 5}, kRed, 0); });
    Image empty;
    error_message(ErrorCode::invalid_argument, [&] { draw_box(empty, {1, 1, 5, 5}, kRed, 1); });
}

TEST_CASE("landmarks are dots where they say, and nothing where they lie outside") {
    Image image(50, 50, PixelFormat::bgr8);
    draw_landmarks(image, {{{10.5f, 20.5f}, {-400, 3}, {kNaN, 5}, {kHuge, kHuge}, {49.5f, 49.5f}}}, kRed, 2);
    CHECK(is(image, 10, 20, kRed));
    CHECK(is(image, 49, 49, kRed));
    CHECK(touched_area(image).x1 >= 7);
    CHECK(changed_pixels(image) < 60);
    Image gray(1, 1, PixelFormat::gray8);
    draw_landmarks(gray, {}, {255, 255, 255}, 5);
    CHECK(int(gray.row(0)[0]) == 255);
    error_message(ErrorCode::invalid_argument, [&] { draw_landmarks(image, {}, kRed, 0); });
}

TEST_CASE("a label sits on the box, below it where there is no room above, else inside, and never leaves the picture") {
    Image image(200, 300, PixelFormat::rgb8);
    draw_label(image, {100, 80, 160, 140}, "happiness 0.93", kRed, 10);
    Rect area = touched_area(image);
    CHECK(area.x1 == 100);
    CHECK(area.y2 == 80);
    CHECK(area.y1 > 55);
    image = Image(200, 300, PixelFormat::rgb8);
    draw_label(image, {100, 4, 160, 60}, "happiness 0.93", kRed, 10);
    CHECK(touched_area(image).y1 == 60);
    image = Image(200, 300, PixelFormat::rgb8);
    draw_label(image, {100, 4, 160, 195}, "happiness 0.93", kRed, 10);
    CHECK(touched_area(image).y1 == 4);
    for (Rect outside : {Rect{290, 90, 340, 140},
                         {-80, 90, -20, 140},
                         {100, 500, 160, 560},
                         {100, -90, 160, -30},
                         {-kHuge, -kHuge, kHuge, kHuge}}) {
        Image other(200, 300, PixelFormat::rgb8);
        draw_label(other, outside, "happiness 0.93", kRed, 10);
        Rect moved = touched_area(other);
        CHECK(moved.width() == area.width());
        CHECK(moved.height() == area.height());
    }
}

TEST_CASE("labels of boxes that are close keep off each other while there is room") {
    const Color blue{10, 20, 250}, green{10, 250, 20};
    const auto count = [](const Image& image, Color color) {
        int found = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) found += is(image, x, y, color);
        return found;
    };
    const std::vector<Color> colors{kRed, blue, green};
    std::vector<int> alone;
    std::vector<BoxLabel> labels;
    for (std::size_t i = 0; i < 3; ++i) {  // each 20 px to the right of the one before, its label 100 px wide
        labels.push_back({{60 + 20.0f * static_cast<float>(i), 80, 110 + 20.0f * static_cast<float>(i), 130},
                          "happiness 0.93",
                          colors[i]});
        Image image(200, 300, PixelFormat::rgb8);
        draw_labels(image, {&labels[i], 1}, 10);
        alone.push_back(count(image, colors[i]));
        CHECK(touched_area(image).y2 == 80);
    }
    Image image(200, 300, PixelFormat::rgb8);
    draw_labels(image, labels, 10);
    for (std::size_t i = 0; i < 3; ++i) CHECK(count(image, colors[i]) == alone[i]);
    CHECK(touched_area(image).y2 > 130);  // the second one, below
    // Four boxes in one place have four places; the fifth label covers another one, but is seen whole.
    labels.assign(5, {{60, 80, 110, 130}, "happiness 0.93", kRed});
    labels[4].color = blue;
    image = Image(200, 300, PixelFormat::rgb8);
    draw_labels(image, labels, 10);
    CHECK(count(image, blue) == alone[1]);
    CHECK(count(image, kRed) == 3 * alone[0]);
    labels[2].text.clear();
    labels[3].box.x1 = kNaN;
    image = Image(200, 300, PixelFormat::rgb8);
    draw_labels(image, labels, 10);
    CHECK(count(image, blue) == alone[1]);
    CHECK(count(image, kRed) == 2 * alone[0]);
}

TEST_CASE("the letters are white on dark and dark on light") {
    Image image(60, 200, PixelFormat::rgb8);
    draw_label(image, {10, 40, 60, 60}, "III", {0, 0, 120}, 20);
    bool white = false;
    for (int i = 0; i < 60 * 200; ++i) white |= image.data()[3 * i] > 240;
    CHECK(white);
    image = Image(60, 200, PixelFormat::rgb8);
    draw_label(image, {10, 40, 60, 60}, "III", {255, 255, 0}, 20);
    bool dark = false;
    for (int i = 0; i < 60 * 200; ++i) dark |= image.data()[3 * i] > 10 && image.data()[3 * i] < 40;
    CHECK(dark);
}

TEST_CASE("a label too long for the picture is made smaller, then cut; any picture and text is survived") {
    std::string text = "contempt \xc3\xa9\xe5\xad\xa6 0.40 \n\t\x01\xff";
    for (PixelFormat format : {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::gray8}) {
        for (auto [h, w] : {std::array{1, 1}, {2, 9}, {9, 2}, {8, 8}, {12, 30}, {32, 32}, {60, 17}, {100, 90}}) {
            for (float height : {1.0f, 9.0f, 40.0f, 1e9f}) {
                Image image(h, w, format);
                draw_label(image, {1, 1, 20, 20}, text, {200, 200, 200}, height);
                draw_label(image, {1, 1, 20, 20}, "", kRed, height);
                draw_label(image, {kNaN, 1, 20, 20}, text, kRed, height);
            }
        }
    }
    Image small(32, 32, PixelFormat::rgb8);
    draw_label(small, {10, 20, 30, 30}, "happiness 0.93", kRed, 9);
    CHECK(changed_pixels(small) > 100);
    draw_label(small, {10, 20, 30, 30}, std::string(1 << 20, 'W'), kRed, 9);
    Image two(100, 300, PixelFormat::gray8), same(100, 300, PixelFormat::gray8);
    draw_label(two, {10, 50, 60, 90}, "a\xc3\xa9z", {200, 200, 200}, 12);  // one character, two bytes
    draw_label(same, {10, 50, 60, 90}, "a?z", {200, 200, 200}, 12);
    CHECK(largest_difference(two, same) == 0);
    error_message(ErrorCode::invalid_argument, [&] { draw_label(two, {1, 1, 5, 5}, "a", kRed, 0); });
    error_message(ErrorCode::invalid_argument, [&] { draw_label(two, {1, 1, 5, 5}, "a", kRed, kNaN); });
}

TEST_CASE("readable sizes grow with the picture and never vanish") {
    auto view = [](int height, int width) { return ImageView{nullptr, height, width, PixelFormat::rgb8, 0}; };
    CHECK(readable_line_width(view(1, 1)) == 1);
    CHECK(readable_line_width(view(720, 1280)) == 3);
    CHECK(readable_line_width(view(3000, 4000)) > 10);
    CHECK(readable_text_height(view(32, 32)) == 9);
    CHECK(readable_text_height(view(720, 1280)) == Approx(13).margin(1));
    CHECK(readable_text_height(view(3000, 4000)) > 50);
}
