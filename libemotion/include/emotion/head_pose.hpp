#pragma once

#include <optional>

#include "emotion/export.hpp"
#include "emotion/geometry.hpp"

namespace emotion EMOTION_PUBLIC {

/// Where a head looks, in degrees, seen from the camera; all 0 for a face that looks into it.
struct HeadPose {
    float yaw_deg = 0;    ///< in (-180, 180]; positive: to the right of the picture
    float pitch_deg = 0;  ///< in [-90, 90]; positive: up
    float roll_deg = 0;   ///< in (-180, 180]; positive: tilted clockwise in the picture
    bool operator==(const HeadPose&) const = default;
};

/// How far a head may be turned and still look to the front.
struct FrontOptions {
    float max_yaw_deg = 30;    ///< in [0, 180], to either side
    float max_pitch_deg = 25;  ///< in [0, 90], up or down

    void validate() const;  ///< throws Error{invalid_argument} naming field, value and bound
};

/// The pose that explains five landmarks best: the rotation of a mean face under scaled orthographic projection, by
/// least squares (the first step of POSIT, DeMenthon and Davis 1995, with the rows of the result made orthonormal). The
/// mean face (head_pose.cpp) was found by factorization (Tomasi and Kanade 1992) of the landmarks of 3,516 faces; its
/// zero is the median of 720 of them that face the camera. An estimate from five points: shapes of faces differ, so
/// take it as good to about 10 degrees, less beyond 45. Unset where the points give no pose: all on one spot or on one
/// line. Throws Error{invalid_argument} unless all are finite.
std::optional<HeadPose> estimate_head_pose(const Landmarks& landmarks);

/// Whether the head looks to the front: yaw and pitch within the bounds; roll does not matter.
bool looks_to_front(const HeadPose& pose, const FrontOptions& options = {}) noexcept;

}  // namespace EMOTION_PUBLIC
