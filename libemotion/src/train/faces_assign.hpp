#pragma once

#include <vector>

#include "emotion/evaluate_faces.hpp"

namespace emotion::train {

/// The positions of a detector's maps for a picture of `height` x `width` px (multiples of 32): all of stride 8, row by
/// row, then 16, then 32. A position's corner (x, y) is (column, row) * stride.
struct MapPoints {
    std::vector<float> x;       ///< px
    std::vector<float> y;       ///< px
    std::vector<float> stride;  ///< px

    std::size_t size() const noexcept { return x.size(); }
};
MapPoints map_points(int height, int width);

/// What each position of one picture is to learn.
struct Assignment {
    static constexpr int kBackground = -1;
    static constexpr int kIgnored = -2;
    std::vector<int> face;   ///< for each position: number of its face, kBackground or kIgnored
    std::vector<float> iou;  ///< of the position's present box with its face; 0 where it has none
};

/// SimOTA (Ge et al. 2021, "YOLOX", arXiv 2107.08430, section 2.1): each face takes the positions that fit it best at
/// present, as many as the sum of its ten largest overlaps says (at least one). A pair costs -log(score) + 3 *
/// -log(iou), and much more where the position is not both inside the face and within 2.5 strides of its centre; only
/// positions that are either come into question. A position wanted by several faces goes to the cheapest. The rest are
/// background, or ignored if their cell (stride x stride px) touches an ignore region. boxes: points.size() x 4, x1 y1
/// x2 y2 in px; logits: points.size().
Assignment assign_faces(const MapPoints& points, const float* boxes, const float* logits,
                        const std::vector<FaceLabel>& faces, const std::vector<Rect>& ignore);

}  // namespace emotion::train
