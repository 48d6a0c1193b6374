#include "emotion/geometry.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace emotion {
namespace {

Eigen::Matrix2Xd as_columns(std::span<const Point> points, const char* name) {
    Eigen::Matrix2Xd columns(2, static_cast<Eigen::Index>(points.size()));
    for (std::size_t i = 0; i < points.size(); ++i) {
        require(std::isfinite(points[i].x) && std::isfinite(points[i].y),
                "estimate_similarity: {} point {} must be finite, got ({}, {})", name, i, points[i].x, points[i].y);
        columns.col(static_cast<Eigen::Index>(i)) << points[i].x, points[i].y;
    }
    return columns;
}

}  // namespace

Rect intersection(const Rect& a, const Rect& b) noexcept {
    Rect common{std::max(a.x1, b.x1), std::max(a.y1, b.y1), std::min(a.x2, b.x2), std::min(a.y2, b.y2)};
    common.x2 = std::max(common.x1, common.x2);
    common.y2 = std::max(common.y1, common.y2);
    return common;
}

float iou(const Rect& a, const Rect& b) noexcept {
    float common = intersection(a, b).area();
    float all = a.area() + b.area() - common;
    return all > 0 ? std::min(common / all, 1.0f) : 0.0f;
}

Rect clip(const Rect& box, int width, int height) noexcept {
    auto w = static_cast<float>(width), h = static_cast<float>(height);
    return {std::clamp(box.x1, 0.0f, w), std::clamp(box.y1, 0.0f, h), std::clamp(box.x2, 0.0f, w),
            std::clamp(box.y2, 0.0f, h)};
}

Similarity Similarity::inverse() const {
    double squared = static_cast<double>(a) * a + static_cast<double>(b) * b;
    require(squared > 0, "Similarity: a transform of scale 0 has no inverse");
    double ia = a / squared, ib = -b / squared;
    return {static_cast<float>(ia), static_cast<float>(ib), static_cast<float>(-(ia * tx - ib * ty)),
            static_cast<float>(-(ib * tx + ia * ty))};
}

Similarity Similarity::operator*(const Similarity& other) const noexcept {
    Point shift = apply({other.tx, other.ty});
    return {a * other.a - b * other.b, b * other.a + a * other.b, shift.x, shift.y};
}

float Similarity::scale() const noexcept {
    return std::hypot(a, b);
}

float Similarity::angle() const noexcept {
    return std::atan2(b, a);
}

// In the plane Umeyama's singular values need not be computed: with the covariance S of target and source, the best
// turn without mirroring has the direction (S00 + S11, S10 - S01), and the trace of his D * S is that vector's length.
Similarity estimate_similarity(std::span<const Point> source, std::span<const Point> target) {
    require(source.size() == target.size(), "estimate_similarity: {} source points for {} target points", source.size(),
            target.size());
    require(source.size() >= 2, "estimate_similarity: expected at least 2 points, got {}", source.size());
    Eigen::Matrix2Xd from = as_columns(source, "source"), to = as_columns(target, "target");
    Eigen::Vector2d from_mean = from.rowwise().mean(), to_mean = to.rowwise().mean();
    from.colwise() -= from_mean;
    to.colwise() -= to_mean;
    double spread = from.squaredNorm();
    double size = std::max(1.0, from_mean.cwiseAbs().maxCoeff());
    require(spread > 1e-12 * size * size, "estimate_similarity: all source points coincide");
    Eigen::Matrix2d covariance = to * from.transpose();
    double a = (covariance(0, 0) + covariance(1, 1)) / spread;
    double b = (covariance(1, 0) - covariance(0, 1)) / spread;
    return {static_cast<float>(a), static_cast<float>(b),
            static_cast<float>(to_mean.x() - a * from_mean.x() + b * from_mean.y()),
            static_cast<float>(to_mean.y() - b * from_mean.x() - a * from_mean.y())};
}

}  // namespace emotion
