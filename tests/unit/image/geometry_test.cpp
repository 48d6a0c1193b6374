#include "emotion/geometry.hpp"

#include <Eigen/Geometry>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace emotion;

namespace {

std::vector<Point> random_points(std::mt19937& random, int count, float size) {
    std::uniform_real_distribution<float> position(0, size);
    std::vector<Point> points;
    for (int i = 0; i < count; ++i) points.push_back({position(random), position(random)});
    return points;
}

Similarity random_similarity(std::mt19937& random) {
    std::uniform_real_distribution<float> angle(-3.1f, 3.1f), scale(-2, 2), shift(-300, 300);
    float turn = angle(random), size = std::exp(scale(random));
    return {size * std::cos(turn), size * std::sin(turn), shift(random), shift(random)};
}

double error_of(const Similarity& s, const std::vector<Point>& from, const std::vector<Point>& to) {
    double sum = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        Point p = s.apply(from[i]);
        sum += std::pow(p.x - to[i].x, 2) + std::pow(p.y - to[i].y, 2);
    }
    return sum;
}

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("intersection over union") {
    Rect a{0, 0, 4, 2}, b{2, 1, 6, 3};
    CHECK(intersection(a, b) == Rect{2, 1, 4, 2});
    CHECK(iou(a, b) == Approx(2.0 / 14));
    CHECK(iou(a, b) == iou(b, a));
    CHECK(iou(a, a) == 1);
    CHECK(iou(a, {4, 0, 8, 2}) == 0);  // right and bottom are exclusive
    CHECK(intersection(a, {9, 9, 12, 12}).area() == 0);
    CHECK(iou({1, 1, 1, 1}, {1, 1, 1, 1}) == 0);
    CHECK(iou({5, 5, 1, 1}, a) == 0);  // turned inside out: no area
}

TEST_CASE("clip keeps what lies inside the picture") {
    CHECK(clip({-3, 2, 7, 50}, 6, 20) == Rect{0, 2, 6, 20});
    CHECK(clip({1, 2, 3, 4}, 6, 20) == Rect{1, 2, 3, 4});
    CHECK(clip({10, 30, 12, 40}, 6, 20).area() == 0);
}

TEST_CASE("a similarity and its inverse undo each other, and products apply the right factor first") {
    std::mt19937 random(3);
    for (int i = 0; i < 200; ++i) {
        Similarity s = random_similarity(random), t = random_similarity(random);
        Point p = random_points(random, 1, 500)[0];
        Point back = s.inverse().apply(s.apply(p));
        CHECK(back.x == Approx(p.x).margin(2e-3));
        CHECK(back.y == Approx(p.y).margin(2e-3));
        Point both = (s * t).apply(p), steps = s.apply(t.apply(p));
        CHECK(both.x == Approx(steps.x).epsilon(1e-4).margin(1e-2));
        CHECK(both.y == Approx(steps.y).epsilon(1e-4).margin(1e-2));
        CHECK((s * t).scale() == Approx(s.scale() * t.scale()).epsilon(1e-4));
    }
    Similarity quarter{0, 2, 0, 0};
    CHECK(quarter.scale() == 2);
    CHECK(quarter.angle() == Approx(1.5707963));
    CHECK(quarter.apply({1, 0}) == Point{0, 2});  // from x towards y
    std::string message = error_message(ErrorCode::invalid_argument, [] { Similarity{0, 0, 3, 4}.inverse(); });
    CHECK(message == "Similarity: a transform of scale 0 has no inverse");
}

TEST_CASE("estimate_similarity recovers a random similarity to 1e-4") {
    std::mt19937 random(5);
    for (int i = 0; i < 500; ++i) {
        std::vector<Point> source = random_points(random, 2 + i % 6, 200), target;
        Similarity truth = random_similarity(random);
        truth.tx /= 10, truth.ty /= 10;
        for (Point p : source) target.push_back(truth.apply(p));
        double spread = std::hypot(source[0].x - source[1].x, source[0].y - source[1].y);
        if (spread < 20) continue;
        Similarity found = estimate_similarity(source, target);
        CHECK(found.a == Approx(truth.a).margin(1e-4));
        CHECK(found.b == Approx(truth.b).margin(1e-4));
        for (std::size_t k = 0; k < source.size(); ++k) {
            CHECK(found.apply(source[k]).x == Approx(target[k].x).epsilon(1e-5).margin(1e-3));
        }
    }
}

TEST_CASE("estimate_similarity agrees with Eigen's umeyama on noisy points, and nothing near is better") {
    std::mt19937 random(7);
    std::normal_distribution<float> noise(0, 4);
    for (int i = 0; i < 200; ++i) {
        std::vector<Point> source = random_points(random, 5, 100), target;
        Similarity truth = random_similarity(random);
        Eigen::MatrixXd from(2, 5), to(2, 5);
        for (int k = 0; k < 5; ++k) {
            Point p = truth.apply(source[static_cast<std::size_t>(k)]);
            target.push_back({p.x + noise(random), p.y + noise(random)});
            from.col(k) << source[static_cast<std::size_t>(k)].x, source[static_cast<std::size_t>(k)].y;
            to.col(k) << target.back().x, target.back().y;
        }
        Similarity found = estimate_similarity(source, target);
        Eigen::MatrixXd expected = Eigen::umeyama(from, to, true);
        CHECK(found.a == Approx(expected(0, 0)).margin(1e-4));
        CHECK(found.b == Approx(expected(1, 0)).margin(1e-4));
        CHECK(found.tx == Approx(expected(0, 2)).margin(1e-2));
        CHECK(found.ty == Approx(expected(1, 2)).margin(1e-2));
        double best = error_of(found, source, target);
        for (float step : {-0.02f, 0.02f}) {
            Similarity other = found;
            other.a += step;
            CHECK(error_of(other, source, target) > best);
            other = found;
            other.b += step;
            CHECK(error_of(other, source, target) > best);
        }
    }
}

TEST_CASE("a mirrored face is turned and shrunk, never mirrored") {
    Landmarks face{{{30, 30}, {60, 31}, {45, 50}, {33, 65}, {58, 66}}};
    std::vector<Point> mirrored;
    for (Point p : face) mirrored.push_back({-p.x, p.y});
    Similarity found = estimate_similarity(face, mirrored);
    Eigen::MatrixXd from(2, 5), to(2, 5);
    for (std::size_t k = 0; k < 5; ++k) {
        from.col(static_cast<Eigen::Index>(k)) << face[k].x, face[k].y;
        to.col(static_cast<Eigen::Index>(k)) << mirrored[k].x, mirrored[k].y;
    }
    Eigen::MatrixXd expected = Eigen::umeyama(from, to, true);  // without mirroring too
    REQUIRE(expected.topLeftCorner(2, 2).determinant() > 0);
    CHECK(found.a == Approx(expected(0, 0)).margin(1e-4));
    CHECK(found.b == Approx(expected(1, 0)).margin(1e-4));
    CHECK(error_of(found, {face.begin(), face.end()}, mirrored) > 100);
}

TEST_CASE("estimate_similarity refuses what has no answer") {
    auto message = [](std::vector<Point> source, std::vector<Point> target) {
        return error_message(ErrorCode::invalid_argument, [&] { estimate_similarity(source, target); });
    };
    CHECK(message({{1, 2}, {3, 4}}, {{1, 2}}) == "estimate_similarity: 2 source points for 1 target points");
    CHECK(message({{1, 2}}, {{1, 2}}) == "estimate_similarity: expected at least 2 points, got 1");
    CHECK(message({{7, 8}, {7, 8}, {7, 8}}, {{1, 2}, {3, 4}, {5, 6}}) ==
          "estimate_similarity: all source points coincide");
    CHECK(message({{1, 2}, {3, kNaN}}, {{1, 2}, {3, 4}}) ==
          "estimate_similarity: source point 1 must be finite, got (3, nan)");
    CHECK(message({{1, 2}, {3, 4}}, {{INFINITY, 2}, {3, 4}}) ==
          "estimate_similarity: target point 0 must be finite, got (inf, 2)");
}
