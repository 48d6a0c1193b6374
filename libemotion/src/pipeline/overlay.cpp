#include "emotion/overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.hpp"
#include "emotion/draw.hpp"
#include "emotion/label_color.hpp"
#include "pipeline/result_rows.hpp"

namespace emotion {
namespace {

constexpr Color kWhite{255, 255, 255};
constexpr Color kPlain{0, 200, 255};  // boxes of faces that are only counted
constexpr Color kMiddle{128, 128, 128};

std::string face_text(const TrackedFace& face) {
    if (!face.emotion) return fmt::format("#{}", face.track.id);
    const float best = face.emotion->probabilities[static_cast<std::size_t>(face.emotion->label_index())];
    return fmt::format("#{} {} {:.0f}%", face.track.id, face.emotion->label(), 100 * best);
}

/// Lines from point to point, but for stretches along the middle, where eight lines would lie on each other.
void draw_curve(Image& image, const std::vector<Point>& points, const std::vector<int>& counts, Color color,
                int line_width) {
    std::vector<Point> line;
    for (std::size_t k = 0; k < points.size(); ++k) {
        if (k > 0 && counts[k - 1] + counts[k] == 0) {
            draw_line(image, line, color, line_width);
            line.clear();
        }
        const std::size_t size = line.size();
        const bool is_level = size >= 2 && line[size - 1].y == points[k].y && line[size - 2].y == points[k].y;
        if (is_level)
            line.back() = points[k];  // one line, however long
        else
            line.push_back(points[k]);
    }
    draw_line(image, line, color, line_width);
}

}  // namespace

void OverlayOptions::validate() const {
    require(graph_points >= 2, "Overlay: graph_points must be at least 2, got {}", graph_points);
}

Overlay::Overlay(std::vector<std::string> labels, const OverlayOptions& options)
    : labels_(std::move(labels)), options_(options) {
    options.validate();
}

Image Overlay::draw(const FrameResult& result) {
    require(options_.mode != OverlayMode::picture || result.image, "Overlay: the result has no picture to draw on");
    check_labels(result, labels_, "Overlay");
    remember(result.statistics);
    if (options_.mode == OverlayMode::graph) {
        Image image(720, 1280, PixelFormat::bgr8);
        draw_graph(image, {0, 0, 1280, 720}, 20);
        return image;
    }
    if (options_.mode == OverlayMode::board) {
        Image image(400, 1920, PixelFormat::bgr8);
        draw_graph(image, {0, 30, 1920, 400}, 18);
        draw_counters(image, result.statistics, 22);
        return image;
    }
    Image image =
        result.image->format() == PixelFormat::gray8 ? convert(*result.image, PixelFormat::bgr8) : *result.image;
    const float text_height = readable_text_height(image);
    draw_faces(image, result);
    if (!labels_.empty()) {
        const auto width = static_cast<float>(image.width()), height = static_cast<float>(image.height());
        const Rect area{0, height * 0.75f, width, height};
        shade_box(image, area);
        draw_graph(image, area, text_height);
    }
    draw_counters(image, result.statistics, 1.4f * text_height);
    return image;
}

void Overlay::remember(const FrameStatistics& statistics) {
    history_.push_back(statistics);
    if (history_.size() > static_cast<std::size_t>(options_.graph_points)) history_.pop_front();
}

void Overlay::draw_faces(Image& image, const FrameResult& result) const {
    if (options_.anonymize)
        for (const TrackedFace& face : result.faces) blur_box(image, face.track.face.box);
    const int line_width = readable_line_width(image);
    const float text_height = readable_text_height(image);
    std::vector<BoxLabel> labels;
    for (const TrackedFace& face : result.faces) {
        const Color color = face.emotion ? label_color(face.emotion->label()) : kPlain;
        draw_box(image, face.track.face.box, color, line_width);
        labels.push_back({face.track.face.box, face_text(face), color});
    }
    draw_labels(image, labels, text_height);
}

void Overlay::draw_counters(Image& image, const FrameStatistics& statistics, float text_height) const {
    const std::string heads = fmt::format("Head count: {}", statistics.head_count);
    const float margin = 0.6f * text_height;
    draw_text(image, {margin, margin}, heads, kWhite, text_height);
    if (labels_.empty()) return;
    const float next = margin + std::max(text_width("Head count: 000", text_height), text_width(heads, text_height));
    draw_text(image, {next + 2 * text_height, margin}, fmt::format("Attention coef: {:.2f}", statistics.attention_coef),
              kWhite, text_height);
}

void Overlay::draw_graph(Image& image, const Rect& area, float text_height) const {
    const float middle = area.center().y;
    const float right = area.x2 - text_width("000", text_height) - text_height;  // room for the last counts
    const float step = (right - area.x1) / static_cast<float>(options_.graph_points - 1);
    const float half = area.height() / 2 - 1.6f * text_height;  // room for the names
    const int line_width = std::max(1, static_cast<int>(text_height / 8));
    const std::array<Point, 2> line{Point{area.x1, middle}, Point{right, middle}};
    draw_line(image, line, kMiddle, 1);
    draw_names(image, area, text_height);

    for (std::size_t i = 0; i < labels_.size(); ++i) {
        const Color color = label_color(labels_[i]);
        const float direction = is_unpleasant(labels_[i]) ? 1.0f : -1.0f;
        std::vector<Point> points;
        std::vector<int> counts;
        for (const FrameStatistics& statistics : history_) {
            counts.push_back(statistics.emotion_counts.empty() ? 0 : statistics.emotion_counts[i]);
            const float share =
                static_cast<float>(counts.back()) / static_cast<float>(std::max(1, statistics.head_count));
            points.push_back({area.x1 + step * static_cast<float>(points.size()), middle + direction * share * half});
        }
        draw_curve(image, points, counts, color, line_width);
        if (!counts.empty() && counts.back() > 0)
            draw_text(image, {points.back().x + 0.5f * text_height, points.back().y - text_height / 2},
                      std::to_string(counts.back()), color, text_height);
    }
}

/// The names of the labels in a row at the foot, smaller where they would not fit.
void Overlay::draw_names(Image& image, const Rect& area, float text_height) const {
    const auto width = [&](float height) {
        float sum = height;
        for (const std::string& label : labels_) sum += text_width(label, height) + 1.2f * height;
        return sum;
    };
    const float height = text_height * std::min(1.0f, area.width() / width(text_height));
    float x = area.x1 + height;
    for (const std::string& label : labels_) {
        draw_text(image, {x, area.y2 - 1.4f * height}, label, label_color(label), std::max(1.0f, height));
        x += text_width(label, height) + 1.2f * height;
    }
}

}  // namespace emotion
