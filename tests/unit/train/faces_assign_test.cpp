#include "train/faces_assign.hpp"
#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using namespace emotion;
using namespace emotion::train;

namespace {

/// SimOTA written down plainly, with full matrices.
Assignment reference(const MapPoints& points, const std::vector<float>& boxes, const std::vector<float>& logits,
                     const std::vector<FaceLabel>& faces) {
    const std::size_t n = points.size();
    std::vector<std::vector<double>> cost(faces.size(), std::vector<double>(n, 1e30));
    std::vector<std::vector<float>> overlap(faces.size(), std::vector<float>(n, 0));
    std::vector<std::vector<bool>> takes(faces.size(), std::vector<bool>(n, false));
    for (std::size_t k = 0; k < faces.size(); ++k) {
        const Rect& face = faces[k].box;
        std::vector<float> overlaps;
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < n; ++i) {
            const float x = points.x[i] + points.stride[i] / 2;
            const float y = points.y[i] + points.stride[i] / 2;
            const bool inside = x > face.x1 && x < face.x2 && y > face.y1 && y < face.y2;
            const float reach = 2.5f * points.stride[i];
            const bool central =
                std::abs(x - (face.x1 + face.x2) / 2) < reach && std::abs(y - (face.y1 + face.y2) / 2) < reach;
            if (!inside && !central) continue;
            overlap[k][i] = iou({boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]}, face);
            const double probability = 1 / (1 + std::exp(-static_cast<double>(logits[i])));
            cost[k][i] = -std::log(probability) - 3 * std::log(static_cast<double>(overlap[k][i]) + 1e-7) +
                         (inside && central ? 0 : 1e5);
            overlaps.push_back(overlap[k][i]);
            order.push_back(i);
        }
        std::sort(overlaps.rbegin(), overlaps.rend());
        double sum = 0;
        for (std::size_t i = 0; i < std::min<std::size_t>(10, overlaps.size()); ++i)
            sum += static_cast<double>(overlaps[i]);
        const std::size_t count = std::min(order.size(), std::max<std::size_t>(1, static_cast<std::size_t>(sum)));
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cost[k][a] < cost[k][b]; });
        for (std::size_t i = 0; i < count; ++i) takes[k][order[i]] = true;
    }
    Assignment result;
    result.face.assign(n, Assignment::kBackground);
    result.iou.assign(n, 0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < faces.size(); ++k) {
            const int present = result.face[i];
            if (takes[k][i] && (present < 0 || cost[k][i] < cost[static_cast<std::size_t>(present)][i])) {
                result.face[i] = static_cast<int>(k);
                result.iou[i] = overlap[k][i];
            }
        }
    return result;
}

struct Guess {
    std::vector<float> boxes;
    std::vector<float> logits;
};

/// Boxes around the positions with sizes near `size`, and logits, at random.
Guess random_guess(const MapPoints& points, float size, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> unit(0, 1);
    Guess guess;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const float x = points.x[i] + points.stride[i] * (unit(generator) * 2 - 0.5f);
        const float y = points.y[i] + points.stride[i] * (unit(generator) * 2 - 0.5f);
        const float w = size * (0.5f + unit(generator));
        const float h = size * (0.5f + unit(generator));
        guess.boxes.insert(guess.boxes.end(), {x - w / 2, y - h / 2, x + w / 2, y + h / 2});
        guess.logits.push_back(unit(generator) * 8 - 6);
    }
    return guess;
}

}  // namespace

TEST_CASE("positions: three strides, row by row") {
    const MapPoints points = map_points(64, 96);
    REQUIRE(points.size() == 8 * 12 + 4 * 6 + 2 * 3);
    CHECK(points.x[13] == 8);
    CHECK(points.y[13] == 8);
    CHECK(points.stride[13] == 8);
    CHECK(points.stride.back() == 32);
    CHECK(points.x.back() == 64);
    CHECK(points.y.back() == 32);
}

TEST_CASE("the assignment is that of the plain reference") {
    const MapPoints points = map_points(160, 160);
    for (unsigned seed = 0; seed < 20; ++seed) {
        const float size = 12 + 5 * static_cast<float>(seed);
        const Guess guess = random_guess(points, size, seed);
        const std::vector<FaceLabel> faces{square_face(20, 30, size), square_face(30, 36, size * 0.9f),
                                           square_face(90, 80, 9), square_face(100, 20, 50)};
        const Assignment own = assign_faces(points, guess.boxes.data(), guess.logits.data(), faces, {});
        const Assignment plain = reference(points, guess.boxes, guess.logits, faces);
        CHECK(own.face == plain.face);
        CHECK(own.iou == plain.iou);
    }
}

TEST_CASE("every face gets a position, however bad the boxes are") {
    const MapPoints points = map_points(96, 96);
    const std::vector<float> boxes(4 * points.size(), 0.0f);
    const std::vector<float> logits(points.size(), -5.0f);
    const Assignment assigned =
        assign_faces(points, boxes.data(), logits.data(), {square_face(3, 3, 6), square_face(40, 40, 50)}, {});
    CHECK(std::count(assigned.face.begin(), assigned.face.end(), 0) == 1);
    CHECK(std::count(assigned.face.begin(), assigned.face.end(), 1) == 1);
}

TEST_CASE("no face: all background, and cells that touch an ignore region are left out") {
    const MapPoints points = map_points(64, 64);
    const std::vector<float> boxes(4 * points.size(), 0.0f);
    const std::vector<float> logits(points.size(), 0.0f);
    const Assignment empty = assign_faces(points, boxes.data(), logits.data(), {}, {});
    CHECK(std::count(empty.face.begin(), empty.face.end(), Assignment::kBackground) ==
          static_cast<std::ptrdiff_t>(points.size()));
    const Assignment ignoring = assign_faces(points, boxes.data(), logits.data(), {}, {{9, 9, 15, 15}});
    // One cell of stride 8, one of 16, one of 32.
    CHECK(std::count(ignoring.face.begin(), ignoring.face.end(), Assignment::kIgnored) == 3);
    CHECK(ignoring.face[9] == Assignment::kIgnored);
}

TEST_CASE("a face in an ignore region is learned all the same") {
    const MapPoints points = map_points(64, 64);
    const Guess guess = random_guess(points, 20, 1);
    const Assignment assigned =
        assign_faces(points, guess.boxes.data(), guess.logits.data(), {square_face(20, 20, 20)}, {{0, 0, 64, 64}});
    CHECK(std::count(assigned.face.begin(), assigned.face.end(), 0) >= 1);
    CHECK(std::count(assigned.face.begin(), assigned.face.end(), Assignment::kBackground) == 0);
}
