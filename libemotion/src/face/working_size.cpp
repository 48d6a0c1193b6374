#include "face/working_size.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/check.hpp"

namespace emotion {

double working_scale(double smallest_face_px, double min_face_px) {
    return std::min(4.0, smallest_face_px / min_face_px);
}

WorkingSize working_size(int height, int width, double scale, int stride) {
    constexpr std::int64_t kMostPixels = 100'000'000;
    auto scaled = [&](int side) { return std::max<std::int64_t>(1, std::llround(side * scale)); };
    auto padded = [&](std::int64_t side) { return (side + stride - 1) / stride * stride; };
    const std::int64_t h = scaled(height), w = scaled(width);
    require(
        h <= kMostPixels && w <= kMostPixels && padded(h) * padded(w) <= kMostPixels,
        "FaceDetector: a picture of {} x {} px would be looked at in {} x {} px, at most {} million pixels are taken: "
        "set min_face_px to look for larger faces only, or give the picture in parts",
        width, height, w, h, kMostPixels / 1'000'000);
    return {static_cast<int>(h), static_cast<int>(w), static_cast<int>(padded(h)), static_cast<int>(padded(w))};
}

}  // namespace emotion
