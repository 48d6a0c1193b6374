#pragma once

#include <array>

#include "emotion/geometry.hpp"

namespace emotion {

/// Where a box is and how it moves: a Kalman filter with constant velocity for each of the centre's x and y, the
/// height and the width, all in px and px/s. The noise is a share of the box's height, as in SORT's descendants
/// (Wojke et al. 2017, arXiv 1703.07402): a measured place is off by 1/20 of it; a velocity changes by 1/2 of it in the
/// root of a second, which suits heads at any frame rate because time counts in seconds and not in frames.
class BoxMotion {
public:
    explicit BoxMotion(const Rect& box);

    /// Moves on by `seconds`, at least 0.
    void predict(double seconds);
    /// Takes a measured box in.
    void correct(const Rect& box);
    /// The box as it is now; never with a side below 1 px.
    Rect box() const;

private:
    struct Axis {
        double position = 0;
        double velocity = 0;
        double position_variance = 0;
        double covariance = 0;
        double velocity_variance = 0;

        void predict(double seconds, double acceleration_variance);
        void correct(double measured, double variance);
    };
    double unit() const;  ///< the height, px: what the noise is a share of

    std::array<Axis, 4> axes_;  ///< centre x, centre y, width, height
};

}  // namespace emotion
