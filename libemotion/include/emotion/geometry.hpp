#pragma once

#include <array>
#include <span>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// A position in a picture, in pixels; the centre of the top left pixel is (0.5, 0.5).
struct Point {
    float x = 0;
    float y = 0;
    bool operator==(const Point&) const = default;
};

/// A box in pixels: right and bottom are exclusive, so width is x2 - x1. May reach beyond the picture.
struct Rect {
    float x1 = 0;
    float y1 = 0;
    float x2 = 0;
    float y2 = 0;

    float width() const noexcept { return x2 - x1; }
    float height() const noexcept { return y2 - y1; }
    float area() const noexcept { return width() > 0 && height() > 0 ? width() * height() : 0.0f; }
    Point center() const noexcept { return {(x1 + x2) / 2, (y1 + y2) / 2}; }
    bool operator==(const Rect&) const = default;
};

/// The common part of two boxes; a box of area 0 where they do not meet.
Rect intersection(const Rect& a, const Rect& b) noexcept;
/// Intersection over union, in [0, 1]; 0 if both boxes are empty.
float iou(const Rect& a, const Rect& b) noexcept;
/// The part of the box inside a picture of `width` x `height` px.
Rect clip(const Rect& box, int width, int height) noexcept;

/// A 2-D similarity transform: turn, uniform scale and shift. target = scale * R(angle) * source + shift.
/// Named by what it gives and takes: `crop_from_image.apply(point_in_image)` is the point in the crop.
struct Similarity {
    float a = 1;   ///< scale * cos(angle)
    float b = 0;   ///< scale * sin(angle)
    float tx = 0;  ///< px
    float ty = 0;  ///< px

    Point apply(Point p) const noexcept { return {a * p.x - b * p.y + tx, b * p.x + a * p.y + ty}; }
    /// Throws Error{invalid_argument} if the scale is 0.
    Similarity inverse() const;
    /// First `other`, then this.
    Similarity operator*(const Similarity& other) const noexcept;
    float scale() const noexcept;
    float angle() const noexcept;  ///< radians, counted from x towards y
    bool operator==(const Similarity&) const = default;
};

/// The similarity that brings `source` nearest to `target` in the least-squares sense, without mirroring
/// (Umeyama 1991, "Least-squares estimation of transformation parameters between two point patterns", eq. 40-42).
/// Takes n >= 2 pairs; throws Error{invalid_argument} if the counts differ, are below 2, a value is not finite,
/// or all source points coincide.
Similarity estimate_similarity(std::span<const Point> source, std::span<const Point> target);

/// The five points of a face, in the picture's order: left eye, right eye, nose tip, left and right mouth corner
/// ("left" is the left of the picture).
using Landmarks = std::array<Point, 5>;

}  // namespace EMOTION_PUBLIC
