#include "train/faces_loss.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "nn/architectures.hpp"
#include "nn/module.hpp"
#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

using namespace emotion;
using namespace emotion::train;

namespace {

using Box = std::array<double, 4>;

at::Tensor tensor(const std::vector<Box>& boxes) {
    at::Tensor result = at::empty({static_cast<std::int64_t>(boxes.size()), 4}, at::kFloat);
    for (std::size_t i = 0; i < boxes.size(); ++i)
        for (std::size_t k = 0; k < 4; ++k)
            result[static_cast<std::int64_t>(i)][static_cast<std::int64_t>(k)] = boxes[i][k];
    return result;
}

double plain_iou(const Box& a, const Box& b) {
    const double w = std::max(0.0, std::min(a[2], b[2]) - std::max(a[0], b[0]));
    const double h = std::max(0.0, std::min(a[3], b[3]) - std::max(a[1], b[1]));
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h);
}

double plain_eiou(const Box& a, const Box& b) {
    const double cw = std::max(a[2], b[2]) - std::min(a[0], b[0]);
    const double ch = std::max(a[3], b[3]) - std::min(a[1], b[1]);
    const double dx = (a[0] + a[2] - b[0] - b[2]) / 2;
    const double dy = (a[1] + a[3] - b[1] - b[3]) / 2;
    const double dw = (a[2] - a[0]) - (b[2] - b[0]);
    const double dh = (a[3] - a[1]) - (b[3] - b[1]);
    return 1 - plain_iou(a, b) + (dx * dx + dy * dy) / (cw * cw + ch * ch) + dw * dw / (cw * cw) + dh * dh / (ch * ch);
}

std::vector<Box> random_boxes(int count, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> place(0, 60);
    std::uniform_real_distribution<double> size(4, 50);
    std::vector<Box> boxes;
    for (int i = 0; i < count; ++i) {
        const double x = place(generator);
        const double y = place(generator);
        boxes.push_back({x, y, x + size(generator), y + size(generator)});
    }
    return boxes;
}

/// Maps of an 64 x 64 px picture as the network gives them, filled by `value(channel)`; channels: score, box,
/// landmarks.
std::vector<at::Tensor> maps(double logit) {
    std::vector<at::Tensor> outputs;
    for (int side : {8, 4, 2}) {
        outputs.push_back(at::full({1, 1, side, side}, logit));
        outputs.push_back(at::zeros({1, 4, side, side}));
        outputs.push_back(at::zeros({1, 10, side, side}));
    }
    return outputs;
}

}  // namespace

TEST_CASE("overlap and box loss are those of the formulas") {
    const std::vector<Box> a = random_boxes(100, 1);
    const std::vector<Box> b = random_boxes(100, 2);
    const at::Tensor overlap = paired_iou(tensor(a), tensor(b));
    const at::Tensor loss = eiou_loss(tensor(a), tensor(b));
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto k = static_cast<std::int64_t>(i);
        CHECK(overlap[k].item<double>() == Approx(plain_iou(a[i], b[i])).margin(1e-5));
        CHECK(loss[k].item<double>() == Approx(plain_eiou(a[i], b[i])).margin(1e-4));
    }
    CHECK(eiou_loss(tensor(a), tensor(a)).max().item<double>() == Approx(0).margin(1e-5));
}

TEST_CASE("the box loss pulls a distant box towards its face") {
    at::Tensor found = tensor({{40, 40, 50, 50}}).set_requires_grad(true);
    eiou_loss(found, tensor({{0, 0, 20, 20}})).sum().backward();
    auto gradient = [&](int i) { return found.grad()[0][i].item<double>(); };
    for (int axis : {0, 1}) {
        CHECK(gradient(axis) + gradient(axis + 2) > 0);  // down the gradient the centre moves left and up
        CHECK(gradient(axis + 2) - gradient(axis) < 0);  // and the box grows
    }
}

TEST_CASE("raw values become boxes as the coding says") {
    const at::Tensor raw = at::tensor({0.5f, -0.25f, 0.0f, std::log(2.0f)}).reshape({1, 4});
    const at::Tensor box = decode_boxes(raw, at::tensor({16.0f, 24.0f}).reshape({1, 2}), at::full({1, 1}, 8.0f));
    const std::array<double, 4> expected{20 - 4, 22 - 8, 20 + 4, 22 + 8};
    for (int i = 0; i < 4; ++i)
        CHECK(box[0][i].item<double>() == Approx(expected[static_cast<std::size_t>(i)]).margin(1e-4));
}

TEST_CASE("varifocal loss is that of the formula") {
    const std::vector<float> logits{-5, -1, 0, 1, 5, -3, 2, 0.5f};
    const std::vector<float> targets{0, 0, 0, 0, 0, 0.7f, 1, 0.3f};
    const at::Tensor loss = varifocal_loss(at::tensor(logits), at::tensor(targets));
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double p = 1 / (1 + std::exp(-static_cast<double>(logits[i])));
        const double q = static_cast<double>(targets[i]);
        const double expected = q > 0 ? -q * (q * std::log(p) + (1 - q) * std::log(1 - p)) : -p * p * std::log(1 - p);
        CHECK(loss[static_cast<std::int64_t>(i)].item<double>() == Approx(expected).margin(1e-5));
    }
    CHECK(std::isfinite(varifocal_loss(at::tensor({100.0f, -100.0f}), at::tensor({0.0f, 1.0f})).sum().item<double>()));
}

TEST_CASE("landmark errors count as shares of the face's size") {
    const at::Tensor wanted = at::full({1, 10}, 20.0f);
    const auto loss = [&](double error, double size) {
        return landmark_loss(wanted + error, wanted, at::full({1, 1}, size), at::ones({1})).item<double>();
    };
    CHECK(loss(0.2, 20) == Approx(0.5 * 0.01 * 0.01 / 0.02));
    CHECK(loss(1, 100) == Approx(loss(0.2, 20)));
    CHECK(loss(6, 20) == Approx(0.3 - 0.01));
}

TEST_CASE("landmarks of large faces, and of those a teacher is sure of, count more") {
    const at::Tensor wanted = at::full({2, 10}, 20.0f);
    const at::Tensor size = at::tensor({50.0f, 10.0f}).unsqueeze(1);
    const at::Tensor error = at::tensor({5.0f, 2.0f}).unsqueeze(1);  // shares of 0.1 and 0.2: losses of 0.09 and 0.19
    const auto loss = [&](float first, float second) {
        return landmark_loss(wanted + error, wanted, size, at::tensor({first, second})).item<double>();
    };
    const double large = 1.0 / 2;
    const double small = 1.0 / 26;
    CHECK(loss(1, 1) == Approx((large * 0.09 + small * 0.19) / (large + small)));
    CHECK(loss(0.5f, 1) == Approx((0.5 * large * 0.09 + small * 0.19) / (0.5 * large + small)));
}

TEST_CASE("rows stand in the order of the positions") {
    std::vector<at::Tensor> outputs;
    const MapPoints points = map_points(64, 96);
    std::size_t first = 0;
    for (int stride : {8, 16, 32}) {
        const int height = 64 / stride;
        const int width = 96 / stride;
        at::Tensor x = at::empty({1, 1, height, width});
        for (int row = 0; row < height; ++row)
            for (int column = 0; column < width; ++column) x[0][0][row][column] = column * stride + 1000 * row * stride;
        outputs.push_back(x);
        outputs.push_back(x.expand({1, 4, height, width}));
        outputs.push_back(x.expand({1, 10, height, width}));
        first += static_cast<std::size_t>(height * width);
    }
    REQUIRE(first == points.size());
    const FaceRows rows = to_rows(outputs);
    CHECK(rows.scores.sizes() == at::IntArrayRef({1, 126}));
    CHECK(rows.landmarks.sizes() == at::IntArrayRef({1, 126, 10}));
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto k = static_cast<std::int64_t>(i);
        const double expected = static_cast<double>(points.x[i] + 1000 * points.y[i]);
        CHECK(rows.scores[0][k].item<double>() == expected);
        CHECK(rows.boxes[0][k][3].item<double>() == expected);
    }
}

TEST_CASE("sure background costs in an empty picture, and nothing under an ignore region") {
    const MapPoints points = map_points(64, 64);
    const FaceLoss empty = face_loss(maps(2), points, {{}}, {{}});
    CHECK(empty.positives == 0);
    CHECK(empty.score > 1);
    CHECK(empty.box == 0);
    const FaceLoss ignored = face_loss(maps(2), points, {{}}, {{{0, 0, 64, 64}}});
    CHECK(ignored.score == 0);
}

TEST_CASE("landmarks are learned only where they are known") {
    const MapPoints points = map_points(64, 64);
    FaceLabel face = square_face(20, 20, 24);
    CHECK(face_loss(maps(-3), points, {{face}}, {{}}).landmarks > 0);
    face.has_landmarks = false;
    const FaceLoss loss = face_loss(maps(-3), points, {{face}}, {{}});
    CHECK(loss.landmarks == 0);
    CHECK(loss.box > 0);
    CHECK(loss.positives >= 1);
}

TEST_CASE("quality focal loss is that of the formula, and nothing where the score is the target") {
    const std::vector<float> logits{-5, 0, 2, 1};
    const std::vector<float> targets{0, 0.5f, 0.1f, 0.9f};
    const at::Tensor loss = quality_focal_loss(at::tensor(logits), at::tensor(targets));
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double p = 1 / (1 + std::exp(-static_cast<double>(logits[i])));
        const double q = static_cast<double>(targets[i]);
        const double expected = -std::abs(q - p) * (q * std::log(p) + (1 - q) * std::log(1 - p));
        CHECK(loss[static_cast<std::int64_t>(i)].item<double>() == Approx(expected).margin(1e-5));
    }
    CHECK(loss[1].item<double>() == Approx(0).margin(1e-6));
}

namespace {

/// A teacher that sees one box, in one position, and nothing elsewhere; landmarks at (1, 1).
TeacherView view_of(std::size_t positions, std::size_t position, float score, const Rect& box) {
    TeacherView view;
    view.scores.assign(positions, 0.0f);
    view.boxes.assign(4 * positions, 0.0f);
    view.landmarks.assign(10 * positions, 1.0f);
    view.scores[position] = score;
    const std::array<float, 4> corners{box.x1, box.y1, box.x2, box.y2};
    std::copy(corners.begin(), corners.end(), view.boxes.begin() + static_cast<std::ptrdiff_t>(4 * position));
    return view;
}

}  // namespace

TEST_CASE("a teacher counts where it does not contradict the labels") {
    const MapPoints points = map_points(64, 64);
    const FaceLabel face = square_face(20, 20, 24);
    Assignment assigned;
    assigned.face.assign(points.size(), Assignment::kBackground);
    assigned.iou.assign(points.size(), 0.0f);
    const std::size_t here = 8 * 3 + 3;

    SECTION("a labelled face: its box, not the teacher's") {
        TeacherTargets targets;
        add_teacher_targets(view_of(points.size(), here, 0.8f, {22, 20, 46, 44}), 0, assigned, {face}, targets);
        REQUIRE(targets.positives == std::vector<std::int64_t>{static_cast<std::int64_t>(here)});
        CHECK(targets.boxes == std::vector<float>{20, 20, 44, 44});
        CHECK(targets.landmarks[0] == face.landmarks[0].x);
        CHECK(targets.weights[here] == 1);
        CHECK(targets.sizes[0] == 24);
    }
    SECTION("a face where none is labelled: nothing is learned there") {
        TeacherTargets targets;
        add_teacher_targets(view_of(points.size(), here, 0.8f, {0, 0, 10, 10}), 0, assigned, {face}, targets);
        CHECK(targets.positives.empty());
        CHECK(targets.weights[here] == 0);
        CHECK(targets.weights[here + 1] == 1);
    }
    SECTION("a face under an ignore region: the teacher's box and landmarks") {
        assigned.face[here] = Assignment::kIgnored;
        TeacherTargets targets;
        add_teacher_targets(view_of(points.size(), here, 0.8f, {0, 0, 10, 10}), 0, assigned, {}, targets);
        CHECK(targets.boxes == std::vector<float>{0, 0, 10, 10});
        CHECK(targets.landmarks == std::vector<float>(10, 1.0f));
    }
    SECTION("an uncertain face: its score alone") {
        TeacherTargets targets;
        add_teacher_targets(view_of(points.size(), here, 0.2f, face.box), 0, assigned, {face}, targets);
        CHECK(targets.positives.empty());
        CHECK(targets.weights[here] == 1);
        CHECK(targets.scores[here] == 0.2f);
    }
    SECTION("a position that learns a labelled face keeps the label's score") {
        assigned.face[here] = 0;
        TeacherTargets targets;
        add_teacher_targets(view_of(points.size(), here, 0.8f, face.box), 0, assigned, {face}, targets);
        CHECK(targets.weights[here] == 0);
        CHECK(targets.positives.size() == 1);
    }
}

TEST_CASE("what the teacher teaches is in the loss, by its weight") {
    const MapPoints points = map_points(64, 64);
    const FaceLabel face = square_face(20, 20, 24);
    const TeacherView view = view_of(points.size(), 8 * 3 + 3, 0.8f, face.box);
    const double alone = face_loss(maps(-3), points, {{face}}, {{}}).total.item<double>();
    const FaceLoss taught = face_loss(maps(-3), points, {{face}}, {{}}, &view, 0.5);
    CHECK(taught.teacher > 0);
    CHECK(taught.total.item<double>() == Approx(alone + 0.5 * taught.teacher));
}
