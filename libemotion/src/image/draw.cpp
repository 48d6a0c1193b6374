#include "emotion/draw.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"
#include "image/mat.hpp"
#include "image/paint.hpp"

namespace emotion {
namespace {

void fill(cv::Mat& pixels, const cv::Rect& area, const cv::Scalar& value) {
    cv::Rect inside = area & cv::Rect(0, 0, pixels.cols, pixels.rows);
    if (!inside.empty()) pixels(inside).setTo(value);
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
    if (!(inside.area() > 0)) return;
    calling_opencv("shade_box", [&] {
        const cv::Point first(static_cast<int>(inside.x1), static_cast<int>(inside.y1));
        const cv::Point end(static_cast<int>(std::ceil(inside.x2)), static_cast<int>(std::ceil(inside.y2)));
        cv::Mat area = as_mat(image)(cv::Rect(first, end));
        area.convertTo(area, -1, 1.0 / 3);
    });
}

}  // namespace emotion
