#pragma once

#include <cmath>
#include <optional>

#include "base/check.hpp"
#include "emotion/face_detector.hpp"
#include "emotion/image.hpp"

namespace emotion {

/// The part of the frame that faces are looked for in; the whole frame where there is no region.
struct Part {
    ImageView view;
    float x = 0;
    float y = 0;
};

inline Part part_of(const Image& image, const std::optional<Rect>& region) {
    if (!region) return {image.view()};
    const Rect inside = clip(*region, image.width(), image.height());
    const int x = static_cast<int>(std::floor(inside.x1));
    const int y = static_cast<int>(std::floor(inside.y1));
    const int width = static_cast<int>(std::ceil(inside.x2)) - x;
    const int height = static_cast<int>(std::ceil(inside.y2)) - y;
    require(inside.area() > 0, "Emanalysis: the region ({}, {}, {}, {}) lies outside of the frame of {} x {} px",
            region->x1, region->y1, region->x2, region->y2, image.width(), image.height());
    return {image.view().part(x, y, width, height), static_cast<float>(x), static_cast<float>(y)};
}

/// From places in a part of the frame to places in the frame.
inline void shift(Face& face, float x, float y) {
    face.box = {face.box.x1 + x, face.box.y1 + y, face.box.x2 + x, face.box.y2 + y};
    if (face.landmarks)
        for (Point& point : *face.landmarks) point = {point.x + x, point.y + y};
}

}  // namespace emotion
