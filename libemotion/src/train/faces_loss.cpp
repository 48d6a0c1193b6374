#include "train/faces_loss.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <cstdint>

namespace emotion::train {
namespace {

constexpr double kBoxWeight = 3;
constexpr double kLandmarkWeight = 5;
constexpr double kNegativeWeight = 1;
constexpr double kLargestLogSize = 6;  // exp(6) strides: beyond any picture; keeps early steps finite
constexpr double kEpsilon = 1e-7;
constexpr double kHuberBend = 0.1;

at::Tensor from_floats(const std::vector<float>& values, at::IntArrayRef shape) {
    return at::from_blob(const_cast<float*>(values.data()), shape, at::dtype(at::kFloat)).clone();
}

at::Tensor from_indices(const std::vector<std::int64_t>& values) {
    return at::from_blob(const_cast<std::int64_t*>(values.data()), {static_cast<std::int64_t>(values.size())},
                         at::dtype(at::kLong))
        .clone();
}

at::Tensor column(const at::Tensor& boxes, int i) {
    return boxes.select(-1, i);
}

/// What the batch is to learn, gathered over its pictures.
struct Targets {
    std::vector<float> scores;                 // for each position of each picture
    std::vector<float> weights;                // 0 where ignored
    std::vector<std::int64_t> positives;       // places in n * positions
    std::vector<std::int64_t> points;          // the same within their picture
    std::vector<float> boxes;                  // 4 for each positive
    std::vector<std::int64_t> with_landmarks;  // which of the positives
    std::vector<float> landmarks;              // 10 for each of these
    std::vector<float> sizes;                  // of these faces, px
    double score_sum = 0;
};

void add_positive(const FaceLabel& face, std::size_t place, std::size_t point, Targets& targets) {
    if (face.has_landmarks) {
        targets.with_landmarks.push_back(static_cast<std::int64_t>(targets.positives.size()));
        for (const Point& p : face.landmarks) {
            targets.landmarks.push_back(p.x);
            targets.landmarks.push_back(p.y);
        }
        targets.sizes.push_back(std::sqrt(face.box.area()));
    }
    targets.positives.push_back(static_cast<std::int64_t>(place));
    targets.points.push_back(static_cast<std::int64_t>(point));
    targets.boxes.insert(targets.boxes.end(), {face.box.x1, face.box.y1, face.box.x2, face.box.y2});
}

Targets find_targets(const at::Tensor& boxes, const at::Tensor& logits, const MapPoints& points,
                     const std::vector<std::vector<FaceLabel>>& faces, const std::vector<std::vector<Rect>>& ignore) {
    Targets targets;
    const std::size_t count = points.size();
    targets.scores.assign(faces.size() * count, 0.0f);
    targets.weights.assign(faces.size() * count, 1.0f);
    for (std::size_t n = 0; n < faces.size(); ++n) {
        const Assignment assigned = assign_faces(points, boxes.const_data_ptr<float>() + 4 * count * n,
                                                 logits.const_data_ptr<float>() + count * n, faces[n], ignore[n]);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t place = n * count + i;
            if (assigned.face[i] == Assignment::kIgnored) targets.weights[place] = 0;
            if (assigned.face[i] < 0) continue;
            targets.scores[place] = std::sqrt(assigned.iou[i]);
            targets.score_sum += static_cast<double>(targets.scores[place]);
            add_positive(faces[n][static_cast<std::size_t>(assigned.face[i])], place, i, targets);
        }
    }
    return targets;
}

}  // namespace

FaceRows to_rows(const std::vector<at::Tensor>& outputs) {
    auto rows = [&](std::size_t which) {
        std::vector<at::Tensor> parts;
        for (std::size_t level = 0; level < 3; ++level) {
            const at::Tensor& map = outputs[3 * level + which];
            parts.push_back(map.permute({0, 2, 3, 1}).reshape({map.size(0), map.size(2) * map.size(3), map.size(1)}));
        }
        return at::cat(parts, 1);
    };
    return {rows(0).squeeze(-1), rows(1), rows(2)};
}

at::Tensor decode_boxes(const at::Tensor& raw, const at::Tensor& corner, const at::Tensor& stride) {
    const at::Tensor centre = corner + raw.narrow(-1, 0, 2) * stride;
    const at::Tensor half = raw.narrow(-1, 2, 2).clamp_max(kLargestLogSize).exp() * stride * 0.5;
    return at::cat({centre - half, centre + half}, -1);
}

at::Tensor paired_iou(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor width =
        (at::minimum(column(a, 2), column(b, 2)) - at::maximum(column(a, 0), column(b, 0))).clamp_min(0);
    const at::Tensor height =
        (at::minimum(column(a, 3), column(b, 3)) - at::maximum(column(a, 1), column(b, 1))).clamp_min(0);
    const at::Tensor common = width * height;
    auto area = [](const at::Tensor& t) { return (column(t, 2) - column(t, 0)) * (column(t, 3) - column(t, 1)); };
    return common / (area(a) + area(b) - common + kEpsilon);
}

at::Tensor eiou_loss(const at::Tensor& found, const at::Tensor& wanted) {
    const at::Tensor low = at::minimum(found.narrow(-1, 0, 2), wanted.narrow(-1, 0, 2));
    const at::Tensor high = at::maximum(found.narrow(-1, 2, 2), wanted.narrow(-1, 2, 2));
    const at::Tensor enclosing = (high - low).square();  // (k, 2)
    auto centre = [](const at::Tensor& t) { return (t.narrow(-1, 0, 2) + t.narrow(-1, 2, 2)) * 0.5; };
    auto size = [](const at::Tensor& t) { return t.narrow(-1, 2, 2) - t.narrow(-1, 0, 2); };
    const at::Tensor distance = (centre(found) - centre(wanted)).square().sum(-1) / (enclosing.sum(-1) + kEpsilon);
    const at::Tensor stretch = ((size(found) - size(wanted)).square() / (enclosing + kEpsilon)).sum(-1);
    return 1 - paired_iou(found, wanted) + distance + stretch;
}

at::Tensor varifocal_loss(const at::Tensor& logits, const at::Tensor& targets) {
    const at::Tensor entropy = logits.clamp_min(0) - logits * targets + logits.abs().neg().exp().log1p();
    const at::Tensor weight = at::where(targets > 0, targets, logits.sigmoid().square() * kNegativeWeight);
    return entropy * weight;
}

at::Tensor landmark_loss(const at::Tensor& found, const at::Tensor& wanted, const at::Tensor& size) {
    const at::Tensor error = ((found - wanted) / size).abs();
    return at::where(error < kHuberBend, error.square() * (0.5 / kHuberBend), error - 0.5 * kHuberBend).mean(-1);
}

FaceLoss face_loss(const std::vector<at::Tensor>& outputs, const MapPoints& points,
                   const std::vector<std::vector<FaceLabel>>& faces, const std::vector<std::vector<Rect>>& ignore) {
    const FaceRows rows = to_rows(outputs);
    const std::int64_t count = static_cast<std::int64_t>(points.size());
    const at::Tensor corner = at::stack({from_floats(points.x, {count}), from_floats(points.y, {count})}, 1);
    const at::Tensor stride = from_floats(points.stride, {count, 1});
    Targets targets;
    {
        at::NoGradGuard no_grad;
        const at::Tensor boxes = decode_boxes(rows.boxes.detach(), corner, stride).contiguous();
        targets = find_targets(boxes, rows.scores.detach().contiguous(), points, faces, ignore);
    }
    FaceLoss loss;
    const std::int64_t positives = static_cast<std::int64_t>(targets.positives.size());
    loss.positives = static_cast<int>(positives);
    const double normaliser = std::max(1.0, targets.score_sum);
    const at::Tensor score = (varifocal_loss(rows.scores, from_floats(targets.scores, rows.scores.sizes())) *
                              from_floats(targets.weights, rows.scores.sizes()))
                                 .sum() /
                             normaliser;
    loss.score = score.item<double>();
    loss.total = score;
    if (positives == 0) return loss;

    const at::Tensor places = from_indices(targets.positives);
    const at::Tensor cells = from_indices(targets.points);
    const at::Tensor own_corner = corner.index_select(0, cells);
    const at::Tensor own_stride = stride.index_select(0, cells);
    const at::Tensor found = decode_boxes(rows.boxes.flatten(0, 1).index_select(0, places), own_corner, own_stride);
    const at::Tensor box = eiou_loss(found, from_floats(targets.boxes, {positives, 4})).mean();
    loss.box = box.item<double>();
    loss.total = loss.total + box * kBoxWeight;

    const std::int64_t known = static_cast<std::int64_t>(targets.with_landmarks.size());
    if (known == 0) return loss;
    const at::Tensor which = from_indices(targets.with_landmarks);
    const at::Tensor raw = rows.landmarks.flatten(0, 1).index_select(0, places.index_select(0, which));
    const at::Tensor placed =
        raw * own_stride.index_select(0, which) + own_corner.index_select(0, which).repeat({1, 5});
    const at::Tensor landmarks =
        landmark_loss(placed, from_floats(targets.landmarks, {known, 10}), from_floats(targets.sizes, {known, 1}))
            .mean();
    loss.landmarks = landmarks.item<double>();
    loss.total = loss.total + landmarks * kLandmarkWeight;
    return loss;
}

}  // namespace emotion::train
