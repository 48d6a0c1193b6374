#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "train/faces_assign.hpp"
#include "train/faces_teacher.hpp"

namespace emotion::train {

/// A detector's maps as rows, one for each position in the order of map_points.
struct FaceRows {
    at::Tensor scores;     ///< (n, positions), logits
    at::Tensor boxes;      ///< (n, positions, 4), raw
    at::Tensor landmarks;  ///< (n, positions, 10), raw
};

/// outputs: of the architecture face_resnet, in its order: score, box and landmarks at stride 8, then 16 and 32.
FaceRows to_rows(const std::vector<at::Tensor>& outputs);

/// Positions as tensors: corner (positions, 2), stride (positions, 1), px.
struct PointTensors {
    at::Tensor corner;
    at::Tensor stride;
};
PointTensors to_tensors(const MapPoints& points);

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

/// Huber's loss with its bend at 0.02, of landmark errors as shares of the face's size (square root of its area): the
/// mean over the faces, weighted with certainty / (1 + (50 px / size)^2), because the labels of small faces are off by
/// more of their size, and without the weight their noise hides what large faces show (how far a head is tilted).
/// found, wanted (k, 10) px; size (k, 1) px; certainty (k): a scalar.
at::Tensor landmark_loss(const at::Tensor& found, const at::Tensor& wanted, const at::Tensor& size,
                         const at::Tensor& certainty);

/// Cross entropy with soft targets in [0, 1], weighted by the distance of score and target (quality focal loss with
/// beta 1: Li et al. 2020, arXiv 2006.04388, eq. 3). Same shape as the logits, not reduced.
at::Tensor quality_focal_loss(const at::Tensor& logits, const at::Tensor& targets);

/// What a teacher's view of a batch teaches beside the labels. Where it contradicts them (a face where none is labelled
/// and nothing is ignored), and the score of positions that learn a labelled face, the labels alone count.
struct TeacherTargets {
    std::vector<float> scores;            ///< for each position of each picture, in [0, 1]
    std::vector<float> weights;           ///< 0 where only the labels count, else 1
    std::vector<std::int64_t> positives;  ///< places in n * positions where a box is learned
    std::vector<std::int64_t> points;     ///< the same within their picture
    std::vector<float> certainties;       ///< the teacher's score of each positive
    std::vector<float> boxes;             ///< 4 for each positive: of the labelled face, or the teacher's if ignored
    std::vector<float> landmarks;         ///< 10 for each positive, likewise
    std::vector<float> sizes;             ///< square root of each box's area, px
};

/// Adds a picture whose positions are assigned as given. first: its first position in the batch.
void add_teacher_targets(const TeacherView& view, std::size_t first, const Assignment& assigned,
                         const std::vector<FaceLabel>& faces, TeacherTargets& targets);

/// The loss of a batch and its parts, each before weighting.
struct FaceLoss {
    at::Tensor total;  ///< scalar with gradient: score + 3 * box + 20 * landmarks, and teacher_weight * the same again
    double score = 0;
    double box = 0;
    double landmarks = 0;
    double teacher = 0;
    int positives = 0;  ///< positions that learn a face
};

/// faces, ignore: of each picture of the batch. The score's target is the square root of the present box's overlap with
/// its face, so that small faces, whose boxes never fit to the pixel, are not ranked far below large ones.
/// view: a teacher's, of the same batch; null without one.
FaceLoss face_loss(const std::vector<at::Tensor>& outputs, const MapPoints& points,
                   const std::vector<std::vector<FaceLabel>>& faces, const std::vector<std::vector<Rect>>& ignore,
                   const TeacherView* view = nullptr, double teacher_weight = 1);

}  // namespace emotion::train
