#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "train/faces_assign.hpp"

namespace emotion::train {

/// A detector's maps as rows, one for each position in the order of map_points.
struct FaceRows {
    at::Tensor scores;     ///< (n, positions), logits
    at::Tensor boxes;      ///< (n, positions, 4), raw
    at::Tensor landmarks;  ///< (n, positions, 10), raw
};

/// outputs: of the architecture face_resnet, in its order: score, box and landmarks at stride 8, then 16 and 32.
FaceRows to_rows(const std::vector<at::Tensor>& outputs);

/// Corners (x1, y1, x2, y2) in px of raw boxes (..., 4): centre (x + d0 * s, y + d1 * s), size (exp(d2) * s, exp(d3) *
/// s). corner: (positions, 2) and stride: (positions, 1) of the same positions.
at::Tensor decode_boxes(const at::Tensor& raw, const at::Tensor& corner, const at::Tensor& stride);

/// Intersection over union of pairs of boxes (k, 4), corners in px: (k).
at::Tensor paired_iou(const at::Tensor& a, const at::Tensor& b);

/// 1 - IoU, plus the squared distances of the centres, of the widths and of the heights, each over the square of the
/// enclosing box's diagonal, width and height (EIoU: Zhang et al. 2022, arXiv 2101.08158, eq. 6). boxes (k, 4): (k).
at::Tensor eiou_loss(const at::Tensor& found, const at::Tensor& wanted);

/// Varifocal loss (Zhang et al. 2021, arXiv 2008.13367, eq. 2) of logits whose targets are in [0, 1]: cross entropy
/// weighted by the target where there is one, by score^2 where it is 0. Same shape as the logits, not reduced.
at::Tensor varifocal_loss(const at::Tensor& logits, const at::Tensor& targets);

/// Huber's loss with its bend at 0.1, of landmark errors as shares of the face's size (square root of its area).
/// found, wanted (k, 10) px; size (k, 1) px: mean over the coordinates, (k).
at::Tensor landmark_loss(const at::Tensor& found, const at::Tensor& wanted, const at::Tensor& size);

/// The loss of a batch and its parts, each before weighting.
struct FaceLoss {
    at::Tensor total;  ///< scalar with gradient: score + 3 * box + 5 * landmarks
    double score = 0;
    double box = 0;
    double landmarks = 0;
    int positives = 0;  ///< positions that learn a face
};

/// faces, ignore: of each picture of the batch. The score's target is the square root of the present box's overlap with
/// its face, so that small faces, whose boxes never fit to the pixel, are not ranked far below large ones.
FaceLoss face_loss(const std::vector<at::Tensor>& outputs, const MapPoints& points,
                   const std::vector<std::vector<FaceLabel>>& faces, const std::vector<std::vector<Rect>>& ignore);

}  // namespace emotion::train
