#pragma once

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "emotion/draw.hpp"

// What everything that is drawn shares: colours and places as OpenCV takes them.
namespace emotion {

inline double luma(Color color) {
    return 0.299 * color.r + 0.587 * color.g + 0.114 * color.b;
}

inline cv::Scalar pixel_of(Color color, PixelFormat format) {
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

inline bool is_finite(const Rect& box) {
    return std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) && std::isfinite(box.y2);
}

/// A rounded edge position, kept near the picture so that it fits an int with room for the line.
inline int edge(float position, int size) {
    return static_cast<int>(std::lround(std::clamp(position, -1e6f, static_cast<float>(size) + 1e6f)));
}

}  // namespace emotion
