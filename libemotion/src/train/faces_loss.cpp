#include "train/faces_loss.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>

namespace emotion::train {
namespace {

constexpr double kBoxWeight = 3;
constexpr double kLandmarkWeight = 20;
constexpr double kNegativeWeight = 1;
constexpr double kLargestLogSize = 6;  // exp(6) strides: beyond any picture; keeps early steps finite
constexpr double kEpsilon = 1e-7;
constexpr double kHuberBend = 0.02;
constexpr double kSharpFace = 50;  // px: from this size on labels of landmarks are limited by the face, below by pixels
constexpr float kTeacherFace = 0.1f;     // the teacher's score from which it says "face"
constexpr float kTeacherCertain = 0.3f;  // and from which boxes are learned
constexpr float kSameFace = 0.4f;        // overlap of a teacher's box with a labelled one

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

void add_labelled(const Assignment& assigned, std::size_t first, const std::vector<FaceLabel>& faces,
                  Targets& targets) {
    for (std::size_t i = 0; i < assigned.face.size(); ++i) {
        const std::size_t place = first + i;
        if (assigned.face[i] == Assignment::kIgnored) targets.weights[place] = 0;
        if (assigned.face[i] < 0) continue;
        targets.scores[place] = std::sqrt(assigned.iou[i]);
        targets.score_sum += static_cast<double>(targets.scores[place]);
        add_positive(faces[static_cast<std::size_t>(assigned.face[i])], place, i, targets);
    }
}

/// What the labels teach, and with a view what the teacher adds.
std::pair<Targets, TeacherTargets> find_targets(const at::Tensor& boxes, const at::Tensor& logits,
                                                const MapPoints& points,
                                                const std::vector<std::vector<FaceLabel>>& faces,
                                                const std::vector<std::vector<Rect>>& ignore, const TeacherView* view) {
    Targets targets;
    TeacherTargets teacher;
    const std::size_t count = points.size();
    targets.scores.assign(faces.size() * count, 0.0f);
    targets.weights.assign(faces.size() * count, 1.0f);
    for (std::size_t n = 0; n < faces.size(); ++n) {
        const Assignment assigned = assign_faces(points, boxes.const_data_ptr<float>() + 4 * count * n,
                                                 logits.const_data_ptr<float>() + count * n, faces[n], ignore[n]);
        add_labelled(assigned, n * count, faces[n], targets);
        if (view != nullptr) add_teacher_targets(*view, n * count, assigned, faces[n], teacher);
    }
    return {std::move(targets), std::move(teacher)};
}

/// The loss towards a teacher, of all three parts together.
at::Tensor teacher_loss(const FaceRows& rows, const PointTensors& points, const TeacherTargets& targets) {
    const at::Tensor weights = from_floats(targets.weights, rows.scores.sizes());
    const at::Tensor wanted = from_floats(targets.scores, rows.scores.sizes());
    const at::Tensor sum = (wanted * weights).sum().clamp_min(1);
    at::Tensor loss = (quality_focal_loss(rows.scores, wanted) * weights).sum() / sum;
    const auto count = static_cast<std::int64_t>(targets.positives.size());
    if (count == 0) return loss;
    const at::Tensor places = from_indices(targets.positives);
    const at::Tensor cells = from_indices(targets.points);
    const at::Tensor corner = points.corner.index_select(0, cells);
    const at::Tensor stride = points.stride.index_select(0, cells);
    const at::Tensor certainty = from_floats(targets.certainties, {count});
    const at::Tensor share = certainty / certainty.sum();
    const at::Tensor boxes = decode_boxes(rows.boxes.flatten(0, 1).index_select(0, places), corner, stride);
    loss = loss + (eiou_loss(boxes, from_floats(targets.boxes, {count, 4})) * share).sum() * kBoxWeight;
    const at::Tensor landmarks = rows.landmarks.flatten(0, 1).index_select(0, places) * stride + corner.repeat({1, 5});
    const at::Tensor error = landmark_loss(landmarks, from_floats(targets.landmarks, {count, 10}),
                                           from_floats(targets.sizes, {count, 1}), certainty);
    return loss + error * kLandmarkWeight;
}

}  // namespace

PointTensors to_tensors(const MapPoints& points) {
    const auto count = static_cast<std::int64_t>(points.size());
    return {at::stack({from_floats(points.x, {count}), from_floats(points.y, {count})}, 1),
            from_floats(points.stride, {count, 1})};
}

void add_teacher_targets(const TeacherView& view, std::size_t first, const Assignment& assigned,
                         const std::vector<FaceLabel>& faces, TeacherTargets& targets) {
    const std::size_t count = assigned.face.size();
    targets.scores.insert(targets.scores.end(), view.scores.begin() + static_cast<std::ptrdiff_t>(first),
                          view.scores.begin() + static_cast<std::ptrdiff_t>(first + count));
    targets.weights.resize(first + count, 1.0f);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = first + i;
        if (assigned.face[i] >= 0) targets.weights[place] = 0;
        if (!(view.scores[place] > kTeacherFace)) continue;
        const float* b = view.boxes.data() + 4 * place;
        Rect box{b[0], b[1], b[2], b[3]};
        const FaceLabel* same = nullptr;
        float best = kSameFace;
        for (const FaceLabel& face : faces)
            if (const float overlap = iou(box, face.box); overlap >= best) {
                best = overlap;
                same = &face;
            }
        if (same == nullptr && assigned.face[i] != Assignment::kIgnored) {
            targets.weights[place] = 0;
            continue;
        }
        if (!(view.scores[place] > kTeacherCertain)) continue;
        if (same != nullptr) box = same->box;
        targets.positives.push_back(static_cast<std::int64_t>(place));
        targets.points.push_back(static_cast<std::int64_t>(i));
        targets.certainties.push_back(view.scores[place]);
        targets.boxes.insert(targets.boxes.end(), {box.x1, box.y1, box.x2, box.y2});
        targets.sizes.push_back(std::sqrt(box.area()));
        if (same != nullptr && same->has_landmarks) {
            for (const Point& p : same->landmarks) targets.landmarks.insert(targets.landmarks.end(), {p.x, p.y});
        } else {
            const float* l = view.landmarks.data() + 10 * place;
            targets.landmarks.insert(targets.landmarks.end(), l, l + 10);
        }
    }
}

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

at::Tensor quality_focal_loss(const at::Tensor& logits, const at::Tensor& targets) {
    const at::Tensor entropy = logits.clamp_min(0) - logits * targets + logits.abs().neg().exp().log1p();
    return entropy * (logits.sigmoid() - targets).abs();
}

at::Tensor landmark_loss(const at::Tensor& found, const at::Tensor& wanted, const at::Tensor& size,
                         const at::Tensor& certainty) {
    const at::Tensor error = ((found - wanted) / size).abs();
    const at::Tensor loss =
        at::where(error < kHuberBend, error.square() * (0.5 / kHuberBend), error - 0.5 * kHuberBend).mean(-1);
    // The inverse variance of labels that are off by 1 px and, besides, by 1 / kSharpFace of the face.
    const at::Tensor weight = certainty / (1 + (kSharpFace / size.squeeze(-1)).square());
    return (loss * weight).sum() / weight.sum();
}

FaceLoss face_loss(const std::vector<at::Tensor>& outputs, const MapPoints& points,
                   const std::vector<std::vector<FaceLabel>>& faces, const std::vector<std::vector<Rect>>& ignore,
                   const TeacherView* view, double teacher_weight) {
    const FaceRows rows = to_rows(outputs);
    const PointTensors at_points = to_tensors(points);
    Targets targets;
    TeacherTargets teacher;
    {
        at::NoGradGuard no_grad;
        const at::Tensor boxes = decode_boxes(rows.boxes.detach(), at_points.corner, at_points.stride).contiguous();
        std::tie(targets, teacher) =
            find_targets(boxes, rows.scores.detach().contiguous(), points, faces, ignore, view);
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
    if (view != nullptr) {
        const at::Tensor towards_teacher = teacher_loss(rows, at_points, teacher);
        loss.teacher = towards_teacher.item<double>();
        loss.total = loss.total + towards_teacher * teacher_weight;
    }
    if (positives == 0) return loss;

    const at::Tensor places = from_indices(targets.positives);
    const at::Tensor cells = from_indices(targets.points);
    const at::Tensor own_corner = at_points.corner.index_select(0, cells);
    const at::Tensor own_stride = at_points.stride.index_select(0, cells);
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
    const at::Tensor landmarks = landmark_loss(placed, from_floats(targets.landmarks, {known, 10}),
                                               from_floats(targets.sizes, {known, 1}), at::ones({known}));
    loss.landmarks = landmarks.item<double>();
    loss.total = loss.total + landmarks * kLandmarkWeight;
    return loss;
}

}  // namespace emotion::train
