#include "face/nms.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace emotion {
namespace {

/// The candidates by score, their sides in arrays of their own: the comparison of one box with all later ones is then a
/// loop that the compiler vectorises.
struct SortedBoxes {
    std::vector<std::size_t> order;
    std::vector<float> x1, y1, x2, y2, area;
    std::vector<std::uint8_t> dropped;

    explicit SortedBoxes(std::span<const Face> candidates) {
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (is_usable(candidates[i])) order.push_back(i);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return candidates[a].score > candidates[b].score; });
        for (std::vector<float>* side : {&x1, &y1, &x2, &y2, &area}) side->reserve(order.size());
        for (std::size_t i : order) {
            const Rect& box = candidates[i].box;
            x1.push_back(box.x1);
            y1.push_back(box.y1);
            x2.push_back(box.x2);
            y2.push_back(box.y2);
            area.push_back(box.area());
        }
        dropped.assign(order.size(), 0);
    }

    static bool is_usable(const Face& face) {
        const float area = face.box.area();  // 0 where a side is NaN
        return !std::isnan(face.score) && area > 0 && std::isfinite(area) && std::isfinite(face.box.x1) &&
               std::isfinite(face.box.y1);
    }

    void drop_overlapping(std::size_t best, float max_iou) {
        const float left = x1[best], top = y1[best], right = x2[best], bottom = y2[best], own_area = area[best];
        const std::size_t count = order.size();
        for (std::size_t j = best + 1; j < count; ++j) {
            const float width = std::max(0.0f, std::min(right, x2[j]) - std::max(left, x1[j]));
            const float height = std::max(0.0f, std::min(bottom, y2[j]) - std::max(top, y1[j]));
            const float common = width * height;
            // iou > max_iou without the division
            dropped[j] = static_cast<std::uint8_t>(dropped[j] | (common > max_iou * (own_area + area[j] - common)));
        }
    }
};

}  // namespace

std::vector<std::size_t> nms(std::span<const Face> candidates, float max_iou, std::size_t max_kept) {
    SortedBoxes boxes(candidates);
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < boxes.order.size() && kept.size() < max_kept; ++i) {
        if (boxes.dropped[i]) continue;
        kept.push_back(boxes.order[i]);
        boxes.drop_overlapping(i, max_iou);
    }
    return kept;
}

}  // namespace emotion
