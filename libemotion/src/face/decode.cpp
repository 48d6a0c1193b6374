#include "face/decode.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.hpp"

namespace emotion {
namespace {

constexpr int kAnchorsPerCell = 2;

/// A cell, or an anchor of it, whose score is high enough.
struct Candidate {
    float score;
    int level;
    int row;
    int col;
    int anchor;
};

float sigmoid(float x) {
    return 1.0f / (1.0f + std::exp(-x));
}

/// A logit below which no score reaches `score`: a comparison with it spares the exponentials of almost all cells. A
/// little too low, and never above the logits whose sigmoid rounds to 1, so that the exact test decides at the border.
float lowest_logit(float score) {
    const double clamped = std::clamp(static_cast<double>(score), 0.0, 1.0);
    return static_cast<float>(std::min(std::log(clamped / (1.0 - clamped)), 14.0) - 1e-2);
}

/// Calls visit(cell data offset row, col) for each cell of a map in the order of reading.
template <class Visit>
void for_each_cell(const MapView& map, Visit&& visit) {
    for (int row = 0; row < map.rows; ++row)
        for (int col = 0; col < map.cols; ++col) visit(row, col, map.cell(row, col));
}

void collect_cells(const LevelMaps& maps, int level, float min_score, std::vector<Candidate>& found) {
    const float lowest = lowest_logit(min_score);
    for_each_cell(maps.score, [&](int row, int col, const float* logit) {
        if (!(*logit >= lowest)) return;
        const float score = sigmoid(*logit);
        if (score >= min_score) found.push_back({score, level, row, col, 0});
    });
}

void collect_cells_with_object(const LevelMaps& maps, int level, float min_score, std::vector<Candidate>& found) {
    const float lowest = lowest_logit(min_score * min_score);  // neither factor exceeds 1
    for_each_cell(maps.score, [&](int row, int col, const float* logit) {
        if (!(*logit >= lowest)) return;
        const float object = *maps.object.cell(row, col);
        if (!(object >= lowest)) return;
        const float score = std::sqrt(sigmoid(*logit) * sigmoid(object));
        if (score >= min_score) found.push_back({score, level, row, col, 0});
    });
}

void collect_anchors(const LevelMaps& maps, int level, float min_score, std::vector<Candidate>& found) {
    const float lowest = lowest_logit(min_score);
    const std::ptrdiff_t step = maps.score.channel_stride;
    for_each_cell(maps.score, [&](int row, int col, const float* logits) {
        for (int anchor = 0; anchor < kAnchorsPerCell; ++anchor) {
            const float difference = logits[(2 * anchor + 1) * step] - logits[2 * anchor * step];
            if (!(difference >= lowest)) continue;
            const float score = sigmoid(difference);
            if (score >= min_score) found.push_back({score, level, row, col, anchor});
        }
    });
}

Rect centered_box(float x, float y, float width, float height) {
    return {x - width / 2, y - height / 2, x + width / 2, y + height / 2};
}

Face decode_cell(const LevelMaps& maps, const Candidate& candidate) {
    const float stride = static_cast<float>(maps.stride);
    const float col = static_cast<float>(candidate.col);
    const float row = static_cast<float>(candidate.row);
    const float* d = maps.box.cell(candidate.row, candidate.col);
    const std::ptrdiff_t step = maps.box.channel_stride;
    Face face;
    face.score = candidate.score;
    face.box = centered_box((col + d[0]) * stride, (row + d[step]) * stride, std::exp(d[2 * step]) * stride,
                            std::exp(d[3 * step]) * stride);
    const float* l = maps.landmarks.cell(candidate.row, candidate.col);
    Landmarks& points = face.landmarks.emplace();
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(2 * i) * maps.landmarks.channel_stride;
        points[i] = {(col + l[at]) * stride, (row + l[at + maps.landmarks.channel_stride]) * stride};
    }
    return face;
}

Face decode_anchor(const LevelMaps& maps, const Candidate& candidate) {
    constexpr float kCenterVariance = 0.1f;
    constexpr float kSizeVariance = 0.2f;
    // 16 and 32 px at stride 8, four times as much from one level to the next.
    const float smallest = static_cast<float>(maps.stride * maps.stride) / 4.0f;
    const float side = candidate.anchor == 0 ? smallest : 2 * smallest;
    const float x = (static_cast<float>(candidate.col) + 0.5f) * static_cast<float>(maps.stride);
    const float y = (static_cast<float>(candidate.row) + 0.5f) * static_cast<float>(maps.stride);
    const std::ptrdiff_t step = maps.box.channel_stride;
    const float* d = maps.box.cell(candidate.row, candidate.col) + 4 * candidate.anchor * step;
    Face face;
    face.score = candidate.score;
    face.box = centered_box(x + kCenterVariance * d[0] * side, y + kCenterVariance * d[step] * side,
                            side * std::exp(kSizeVariance * d[2 * step]), side * std::exp(kSizeVariance * d[3 * step]));
    const std::ptrdiff_t point_step = maps.landmarks.channel_stride;
    const float* l = maps.landmarks.cell(candidate.row, candidate.col) + 10 * candidate.anchor * point_step;
    Landmarks& points = face.landmarks.emplace();
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(2 * i) * point_step;
        points[i] = {x + kCenterVariance * l[at] * side, y + kCenterVariance * l[at + point_step] * side};
    }
    return face;
}

bool is_finite(const Face& face) {
    const Rect& box = face.box;
    if (!std::isfinite(box.x1) || !std::isfinite(box.y1) || !std::isfinite(box.area()) || !(box.area() > 0))
        return false;
    return std::all_of(face.landmarks->begin(), face.landmarks->end(),
                       [](Point p) { return std::isfinite(p.x) && std::isfinite(p.y); });
}

}  // namespace

MapCoding map_coding(const std::string& architecture) {
    if (architecture == "face_resnet") return MapCoding::cells;
    if (architecture == "yunet") return MapCoding::cells_with_object;
    if (architecture == "retinaface") return MapCoding::anchors;
    fail(ErrorCode::model_format,
         "FaceDetector: architecture '{}' gives no maps of faces, expected face_resnet, yunet or retinaface",
         architecture);
}

std::vector<Face> decode(MapCoding coding, std::span<const LevelMaps> levels, float min_score,
                         std::size_t max_candidates) {
    std::vector<Candidate> found;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const int level = static_cast<int>(i);
        switch (coding) {
            case MapCoding::cells:
                collect_cells(levels[i], level, min_score, found);
                break;
            case MapCoding::cells_with_object:
                collect_cells_with_object(levels[i], level, min_score, found);
                break;
            case MapCoding::anchors:
                collect_anchors(levels[i], level, min_score, found);
                break;
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    if (found.size() > max_candidates) found.resize(max_candidates);
    std::vector<Face> faces;
    faces.reserve(found.size());
    for (const Candidate& candidate : found) {
        const LevelMaps& maps = levels[static_cast<std::size_t>(candidate.level)];
        Face face = coding == MapCoding::anchors ? decode_anchor(maps, candidate) : decode_cell(maps, candidate);
        if (is_finite(face)) faces.push_back(std::move(face));
    }
    return faces;
}

}  // namespace emotion
