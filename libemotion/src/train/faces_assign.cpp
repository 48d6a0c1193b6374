#include "train/faces_assign.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace emotion::train {
namespace {

constexpr float kCentreRadius = 2.5f;  // strides
constexpr float kIouWeight = 3;
constexpr float kOutsideCost = 1e5f;
constexpr std::size_t kMostPositions = 10;
constexpr float kEpsilon = 1e-7f;

struct Candidate {
    int point;
    float iou;
    float cost;
};

/// log(1 + exp(-x)) without overflow: the cost of a logit whose target is 1.
float positive_cost(float logit) {
    return std::max(-logit, 0.0f) + std::log1p(std::exp(-std::abs(logit)));
}

std::vector<Candidate> candidates(const MapPoints& points, const float* boxes, const float* logits, const Rect& face) {
    std::vector<Candidate> result;
    const Point centre = face.center();
    for (std::size_t i = 0; i < points.size(); ++i) {
        const float stride = points.stride[i];
        const float x = points.x[i] + stride / 2;
        const float y = points.y[i] + stride / 2;
        const bool inside = x > face.x1 && x < face.x2 && y > face.y1 && y < face.y2;
        const bool central =
            std::abs(x - centre.x) < kCentreRadius * stride && std::abs(y - centre.y) < kCentreRadius * stride;
        if (!inside && !central) continue;
        const float* b = boxes + 4 * i;
        const float overlap = iou({b[0], b[1], b[2], b[3]}, face);
        const float cost = positive_cost(logits[i]) - kIouWeight * std::log(overlap + kEpsilon) +
                           (inside && central ? 0 : kOutsideCost);
        result.push_back({static_cast<int>(i), overlap, cost});
    }
    return result;
}

/// How many positions a face takes.
std::size_t position_count(const std::vector<Candidate>& list) {
    std::vector<float> overlaps;
    for (const Candidate& c : list) overlaps.push_back(c.iou);
    const std::size_t count = std::min(kMostPositions, overlaps.size());
    std::partial_sort(overlaps.begin(), overlaps.begin() + static_cast<std::ptrdiff_t>(count), overlaps.end(),
                      std::greater<>());
    float sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += overlaps[i];
    return std::clamp<std::size_t>(static_cast<std::size_t>(sum), 1, std::max<std::size_t>(count, 1));
}

}  // namespace

MapPoints map_points(int height, int width) {
    MapPoints points;
    for (int stride : {8, 16, 32})
        for (int row = 0; row < height / stride; ++row)
            for (int column = 0; column < width / stride; ++column) {
                points.x.push_back(static_cast<float>(column * stride));
                points.y.push_back(static_cast<float>(row * stride));
                points.stride.push_back(static_cast<float>(stride));
            }
    return points;
}

Assignment assign_faces(const MapPoints& points, const float* boxes, const float* logits,
                        const std::vector<FaceLabel>& faces, const std::vector<Rect>& ignore) {
    Assignment result;
    result.face.assign(points.size(), Assignment::kBackground);
    result.iou.assign(points.size(), 0.0f);
    std::vector<float> best(points.size(), std::numeric_limits<float>::infinity());
    for (std::size_t k = 0; k < faces.size(); ++k) {
        std::vector<Candidate> list = candidates(points, boxes, logits, faces[k].box);
        const auto count = std::min(list.size(), position_count(list));
        std::partial_sort(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(count), list.end(),
                          [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t point = static_cast<std::size_t>(list[i].point);
            if (list[i].cost >= best[point]) continue;
            best[point] = list[i].cost;
            result.face[point] = static_cast<int>(k);
            result.iou[point] = list[i].iou;
        }
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (result.face[i] != Assignment::kBackground) continue;
        const float stride = points.stride[i];
        for (const Rect& region : ignore)
            if (points.x[i] + stride > region.x1 && points.x[i] < region.x2 && points.y[i] + stride > region.y1 &&
                points.y[i] < region.y2)
                result.face[i] = Assignment::kIgnored;
    }
    return result;
}

}  // namespace emotion::train
