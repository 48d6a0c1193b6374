#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "emotion/image.hpp"

namespace emotion {

/// Which source positions make up each target position of an axis that shrinks, and with what share: the exact mean
/// over source / target positions. The shares of a target position sum to 1.
struct AreaAxis {
    struct Span {
        int first = 0;           ///< source position
        int count = 0;           ///< source positions
        std::size_t shares = 0;  ///< where this span's shares begin
    };
    std::vector<Span> spans;
    std::vector<float> shares;

    /// source >= target >= 1.
    AreaAxis(int source, int target);
};

/// Takes row `y` of the target: its pixels in the picture's channels, packed, as floats in [0, 255] (up to rounding).
/// One more float may be read behind the last.
using PutRow = std::function<void(int y, const float* pixels)>;

/// Shrinks by area averaging and hands out the rows, in any order and from several threads.
/// 1 <= height <= image.height, 1 <= width <= image.width.
void area_resize(const ImageView& image, int height, int width, const PutRow& put_row);

}  // namespace emotion
