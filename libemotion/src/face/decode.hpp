#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "emotion/face.hpp"

namespace emotion {

/// One map of a network's output for one picture; somebody else owns the numbers.
struct MapView {
    const float* data = nullptr;
    int channels = 0;
    int rows = 0;
    int cols = 0;
    std::ptrdiff_t channel_stride = 0;  ///< floats from one channel to the next
    std::ptrdiff_t row_stride = 0;
    std::ptrdiff_t col_stride = 0;

    const float* cell(int row, int col) const noexcept { return data + row * row_stride + col * col_stride; }
};

/// The maps of one stride. All of one level have the same rows and columns.
struct LevelMaps {
    int stride = 0;     ///< px of the network's input from one cell to the next
    MapView score;      ///< logits: 1 channel, or 4 for retinaface (background and face for each of two anchors)
    MapView object;     ///< yunet only: logits, 1 channel
    MapView box;        ///< 4 channels, 8 for retinaface
    MapView landmarks;  ///< 10 channels, 20 for retinaface: x and y of each point
};

/// What the numbers of the maps mean. s is the stride, (col, row) the cell, sigmoid(x) = 1 / (1 + exp(-x)).
enum class MapCoding {
    /// A box for each cell: centre ((col + d0) s, (row + d1) s), width exp(d2) s, height exp(d3) s; landmark
    /// ((col + d) s, (row + d) s). Score sigmoid(score).
    cells,
    /// The same with the score sqrt(sigmoid(score) sigmoid(object)): YuNet (Wu et al. 2023, eq. of its inference in
    /// OpenCV's FaceDetectorYN).
    cells_with_object,
    /// RetinaFace (Deng et al. 2019, arXiv 1905.00641, in the coding of SSD): two square anchors for each cell, of 16
    /// and
    /// 32 px at stride 8, 64 and 128 at 16, 256 and 512 at 32, centred in the cell; centre = anchor centre + 0.1 d
    /// side,
    /// size = side exp(0.2 d), landmark = anchor centre + 0.1 d side. Score: the face's part of a softmax over two.
    anchors,
};

/// Of a detector's architecture. Throws Error{model_format} for an architecture without maps of faces.
MapCoding map_coding(const std::string& architecture);

/// The candidates with a score of at least `min_score`, the best `max_candidates` of them, best first (of equal scores
/// the finer level, then the order of reading), in pixels of the network's input. Scores that are NaN and boxes that
/// are not finite or have no area are left out.
std::vector<Face> decode(MapCoding coding, std::span<const LevelMaps> levels, float min_score,
                         std::size_t max_candidates);

}  // namespace emotion
