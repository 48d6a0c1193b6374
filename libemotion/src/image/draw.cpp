#include "emotion/draw.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"
#include "image/mat.hpp"

namespace emotion {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
/// Capital letters of the font, px at font scale 1.
constexpr double kFontCapHeight = 21.0;
/// Letters are drawn this much larger and averaged down: strokes of a fraction of a pixel stay even.
constexpr int kOversampling = 4;
/// Smaller letters cannot be told apart: from here on a text is cut instead of shrunk.
constexpr double kMinTextHeight = 6.0;
/// No picture is wide enough for more.
constexpr std::size_t kMaxLetters = 2000;

double luma(Color color) {
    return 0.299 * color.r + 0.587 * color.g + 0.114 * color.b;
}

cv::Scalar pixel_of(Color color, PixelFormat format) {
    switch (format) {
        case PixelFormat::rgb8:
            return {double(color.r), double(color.g), double(color.b)};
        case PixelFormat::bgr8:
            return {double(color.b), double(color.g), double(color.r)};
        case PixelFormat::gray8:
            break;
    }
    return cv::Scalar(std::round(luma(color)));
}

bool is_finite(const Rect& box) {
    return std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) && std::isfinite(box.y2);
}

/// A rounded edge position, kept near the picture so that it fits an int with room for the line.
int edge(float position, int size) {
    return static_cast<int>(std::lround(std::clamp(position, -1e6f, static_cast<float>(size) + 1e6f)));
}

void fill(cv::Mat& pixels, const cv::Rect& area, const cv::Scalar& value) {
    cv::Rect inside = area & cv::Rect(0, 0, pixels.cols, pixels.rows);
    if (!inside.empty()) pixels(inside).setTo(value);
}

/// What the font can draw: one '?' for each character (not byte) outside printable ASCII.
std::string drawable(const std::string& text) {
    std::string result;
    for (char letter : text) {
        if (result.size() == kMaxLetters) break;
        auto byte = static_cast<unsigned char>(letter);
        bool continues = (byte & 0xC0) == 0x80;
        if (byte >= 0x20 && byte < 0x7F) {
            result += letter;
        } else if (!continues) {
            result += '?';
        }
    }
    return result;
}

/// A text and the strip it needs, px.
struct Label {
    std::string text;
    double text_height = 0;
    int padding = 1;
    int width = 0;
    int height = 0;
    int baseline = 0;  ///< from the strip's top to the foot of the letters
};

Label measure(const std::string& text, double text_height) {
    Label label{text, text_height};
    label.padding = std::max(1, static_cast<int>(std::lround(text_height * 0.35)));
    int below = 0;
    cv::Size size = cv::getTextSize(text, kFont, text_height * kOversampling / kFontCapHeight, 1, &below);
    label.width = (size.width + kOversampling - 1) / kOversampling + 2 * label.padding;
    label.baseline = label.padding + static_cast<int>(std::ceil(text_height));
    label.height = label.baseline + std::max(label.padding, static_cast<int>(std::ceil(text_height * 0.4)));
    return label;
}

/// The label as large as asked, or as the picture lets it be: first smaller letters, then fewer.
Label fit(const std::string& text, double text_height, int width, int height) {
    Label label = measure(text, text_height);
    double smallest = std::min(text_height, kMinTextHeight);
    while ((label.width > width || label.height > height) && label.text_height > smallest) {
        label = measure(text, std::max(smallest, label.text_height * 0.93));
    }
    while (label.width > width && !label.text.empty()) {
        label = measure(label.text.substr(0, label.text.size() - 1), label.text_height);
    }
    if (label.height > height) label.text.clear();
    return label;
}

/// How much of each pixel of the strip the letters cover, 0 to 255.
cv::Mat letter_coverage(const Label& label) {
    cv::Mat large(label.height * kOversampling, label.width * kOversampling, CV_8U, cv::Scalar(0));
    double scale = label.text_height * kOversampling / kFontCapHeight;
    int stroke = std::max(1, static_cast<int>(std::lround(label.text_height * kOversampling * 0.1)));
    cv::putText(large, label.text, cv::Point(label.padding, label.baseline) * kOversampling, kFont, scale,
                cv::Scalar(255), stroke, cv::LINE_AA);
    cv::Mat coverage;
    cv::resize(large, coverage, cv::Size(label.width, label.height), 0, 0, cv::INTER_AREA);
    return coverage;
}

void blend(cv::Mat& area, const cv::Mat& coverage, const cv::Scalar& value) {
    int channel_count = area.channels();
    for (int y = 0; y < area.rows; ++y) {
        auto* pixel = area.ptr<std::uint8_t>(y);
        const auto* share = coverage.ptr<std::uint8_t>(y);
        for (int x = 0; x < area.cols; ++x) {
            for (int c = 0; c < channel_count; ++c, ++pixel) {
                *pixel = cv::saturate_cast<std::uint8_t>(*pixel + (value[c] - *pixel) * share[x] / 255.0);
            }
        }
    }
}

}  // namespace

int readable_line_width(const ImageView& image) noexcept {
    int side = std::min(image.height, image.width);
    return std::max(1, static_cast<int>(std::lround(side / 240.0)));
}

float readable_text_height(const ImageView& image) noexcept {
    int side = std::min(image.height, image.width);
    return std::max(9.0f, static_cast<float>(side) / 55.0f);
}

void draw_box(Image& image, const Rect& box, Color color, int line_width) {
    image.view().validate("draw_box");
    require(line_width >= 1, "draw_box: line_width must be at least 1 px, got {}", line_width);
    if (!is_finite(box)) return;
    calling_opencv("draw_box", [&] {
        cv::Mat pixels = as_mat(image);
        cv::Scalar value = pixel_of(color, image.format());
        // The line lies astride the box's edge.
        int line = std::min(line_width, 1'000'000), out = line / 2, in = line - out;
        int x1 = edge(box.x1, image.width()) - out, x2 = edge(box.x2, image.width()) + out;
        int y1 = edge(box.y1, image.height()) - out, y2 = edge(box.y2, image.height()) + out;
        if (x2 - x1 <= 2 * line || y2 - y1 <= 2 * line) {
            // Too small for a hollow: one filled box, unless there is no box at all.
            if (x2 - x1 > 2 * out && y2 - y1 > 2 * out) fill(pixels, {x1, y1, x2 - x1, y2 - y1}, value);
            return;
        }
        fill(pixels, {x1, y1, x2 - x1, out + in}, value);
        fill(pixels, {x1, y2 - line, x2 - x1, line}, value);
        fill(pixels, {x1, y1, line, y2 - y1}, value);
        fill(pixels, {x2 - line, y1, line, y2 - y1}, value);
    });
}

void draw_landmarks(Image& image, const Landmarks& landmarks, Color color, int radius) {
    image.view().validate("draw_landmarks");
    require(radius >= 1, "draw_landmarks: radius must be at least 1 px, got {}", radius);
    calling_opencv("draw_landmarks", [&] {
        cv::Mat pixels = as_mat(image);
        constexpr int kShift = 4;
        int r = std::min(radius, 10'000);
        auto reach = static_cast<float>(r + 1);
        for (Point point : landmarks) {
            bool near = point.x > -reach && point.y > -reach && point.x < static_cast<float>(image.width()) + reach &&
                        point.y < static_cast<float>(image.height()) + reach;
            if (!near) continue;
            // OpenCV counts from the centre of the first pixel.
            cv::Point center(static_cast<int>(std::lround((point.x - 0.5f) * (1 << kShift))),
                             static_cast<int>(std::lround((point.y - 0.5f) * (1 << kShift))));
            cv::circle(pixels, center, r << kShift, pixel_of(color, image.format()), cv::FILLED, cv::LINE_AA, kShift);
        }
    });
}

void draw_label(Image& image, const Rect& box, const std::string& text, Color color, float text_height) {
    image.view().validate("draw_label");
    require(text_height >= 1 && std::isfinite(text_height), "draw_label: text_height must be at least 1 px, got {}",
            text_height);
    if (!is_finite(box)) return;
    calling_opencv("draw_label", [&] {
        double height = std::min<double>(text_height, image.height());
        Label label = fit(drawable(text), height, image.width(), image.height());
        if (label.text.empty()) return;
        int x = edge(box.x1, image.width()), y = edge(box.y1, image.height()) - label.height;
        if (y < 0) y = edge(box.y1, image.height());
        x = std::clamp(x, 0, image.width() - label.width);
        y = std::clamp(y, 0, image.height() - label.height);
        cv::Mat pixels = as_mat(image);
        cv::Mat strip = pixels(cv::Rect(x, y, label.width, label.height));
        strip.setTo(pixel_of(color, image.format()));
        Color letters = luma(color) > 140 ? Color{16, 16, 16} : Color{255, 255, 255};
        blend(strip, letter_coverage(label), pixel_of(letters, image.format()));
    });
}

void draw_text(Image& image, Point corner, const std::string& text, Color color, float text_height) {
    image.view().validate("draw_text");
    require(text_height >= 1 && std::isfinite(text_height), "draw_text: text_height must be at least 1 px, got {}",
            text_height);
    if (!std::isfinite(corner.x) || !std::isfinite(corner.y)) return;
    calling_opencv("draw_text", [&] {
        const Label label = measure(drawable(text), std::min<double>(text_height, image.height()));
        if (label.text.empty()) return;
        const cv::Point origin(edge(corner.x, image.width()) - label.padding,
                               edge(corner.y, image.height()) - label.padding);
        cv::Mat pixels = as_mat(image);
        const cv::Rect place(origin.x, origin.y, label.width, label.height);
        const cv::Rect inside = place & cv::Rect(0, 0, pixels.cols, pixels.rows);
        if (inside.empty()) return;
        const cv::Mat letters = letter_coverage(label);
        cv::Mat rim;
        const int reach = std::max(1, static_cast<int>(std::lround(label.text_height * 0.12)));
        cv::dilate(letters, rim, cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(2 * reach + 1, 2 * reach + 1)));
        const Color ground = luma(color) > 60 ? Color{0, 0, 0} : Color{255, 255, 255};
        cv::Mat area = pixels(inside);
        const cv::Rect part = inside - origin;
        blend(area, rim(part), pixel_of(ground, image.format()));
        blend(area, letters(part), pixel_of(color, image.format()));
    });
}

float text_width(const std::string& text, float text_height) {
    float width = 0;
    calling_opencv("text_width", [&] {
        const Label label = measure(drawable(text), text_height);
        width = static_cast<float>(label.width - 2 * label.padding);
    });
    return width;
}

void draw_line(Image& image, std::span<const Point> points, Color color, int line_width) {
    image.view().validate("draw_line");
    require(line_width >= 1, "draw_line: line_width must be at least 1 px, got {}", line_width);
    constexpr int kShift = 4;
    constexpr float kFar = 1e5f;  // OpenCV's fixed point numbers hold this
    std::vector<cv::Point> line;
    for (Point point : points) {
        require(std::isfinite(point.x) && std::isfinite(point.y), "draw_line: points must be finite, got ({}, {})",
                point.x, point.y);
        line.emplace_back(static_cast<int>(std::lround((std::clamp(point.x, -kFar, kFar) - 0.5f) * (1 << kShift))),
                          static_cast<int>(std::lround((std::clamp(point.y, -kFar, kFar) - 0.5f) * (1 << kShift))));
    }
    if (line.size() < 2) return;
    calling_opencv("draw_line", [&] {
        cv::Mat pixels = as_mat(image);
        cv::polylines(pixels, line, false, pixel_of(color, image.format()), std::min(line_width, 1000), cv::LINE_AA,
                      kShift);
    });
}

void blur_box(Image& image, const Rect& box) {
    image.view().validate("blur_box");
    if (!is_finite(box)) return;
    const float dx = box.width() * 0.2f, dy = box.height() * 0.2f;
    const Rect inside = clip({box.x1 - dx, box.y1 - dy, box.x2 + dx, box.y2 + dy}, image.width(), image.height());
    if (!(inside.area() > 0)) return;
    calling_opencv("blur_box", [&] {
        const int x = static_cast<int>(inside.x1), y = static_cast<int>(inside.y1);
        const int width = static_cast<int>(std::ceil(inside.x2)) - x,
                  height = static_cast<int>(std::ceil(inside.y2)) - y;
        cv::Mat area = as_mat(image)(cv::Rect(x, y, width, height));
        cv::Mat tiles;
        const int across = 8;
        cv::resize(area, tiles, cv::Size(std::min(width, across), std::min(height, across)), 0, 0, cv::INTER_AREA);
        if (width <= across || height <= across) tiles = cv::Mat(1, 1, tiles.type(), cv::mean(tiles));
        cv::Mat smooth;
        cv::resize(tiles, smooth, area.size(), 0, 0, cv::INTER_LINEAR);
        smooth.copyTo(area);
    });
}

void shade_box(Image& image, const Rect& box) {
    image.view().validate("shade_box");
    if (!is_finite(box)) return;
    const Rect inside = clip(box, image.width(), image.height());
    const int x1 = static_cast<int>(inside.x1), y1 = static_cast<int>(inside.y1);
    const int x2 = static_cast<int>(std::ceil(inside.x2)), y2 = static_cast<int>(std::ceil(inside.y2));
    const int depth = channels(image.format());
    for (int y = y1; y < y2; ++y)
        for (std::uint8_t* p = image.row(y) + depth * x1; p != image.row(y) + depth * x2; ++p)
            *p = static_cast<std::uint8_t>(*p / 3);
}

}  // namespace emotion
