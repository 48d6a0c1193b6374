#include "emotion/draw.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

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

}  // namespace emotion
