#include "face/motion.hpp"

#include <algorithm>

namespace emotion {
namespace {

constexpr double kMeasurement = 1.0 / 20;  // deviation of a measured place, share of the height
constexpr double kAcceleration = 1.0 / 2;  // deviation of the velocity's change in the root of a second, likewise
constexpr double kFirstVelocity = 1.0;     // deviation of the unknown first velocity, heights a second

std::array<double, 4> measured(const Rect& box) {
    const Point center = box.center();
    return {center.x, center.y, box.width(), box.height()};
}

double squared(double value) {
    return value * value;
}

}  // namespace

BoxMotion::BoxMotion(const Rect& box) {
    const std::array<double, 4> values = measured(box);
    const double height = std::max(1.0, values[3]);
    for (std::size_t i = 0; i < axes_.size(); ++i)
        axes_[i] = {values[i], 0, squared(kMeasurement * height), 0, squared(kFirstVelocity * height)};
}

void BoxMotion::predict(double seconds) {
    const double variance = squared(kAcceleration * unit());
    for (Axis& axis : axes_) axis.predict(seconds, variance);
}

void BoxMotion::correct(const Rect& box) {
    const std::array<double, 4> values = measured(box);
    const double variance = squared(kMeasurement * unit());
    for (std::size_t i = 0; i < axes_.size(); ++i) axes_[i].correct(values[i], variance);
}

Rect BoxMotion::box() const {
    const double width = std::max(1.0, axes_[2].position);
    const double height = unit();
    return {static_cast<float>(axes_[0].position - width / 2), static_cast<float>(axes_[1].position - height / 2),
            static_cast<float>(axes_[0].position + width / 2), static_cast<float>(axes_[1].position + height / 2)};
}

double BoxMotion::unit() const {
    return std::max(1.0, axes_[3].position);
}

// White noise acts on the velocity: with intensity q, covariance grows by q [t^3/3, t^2/2; t^2/2, t].
void BoxMotion::Axis::predict(double t, double q) {
    position += t * velocity;
    position_variance += t * (2 * covariance + t * velocity_variance) + q * t * t * t / 3;
    covariance += t * velocity_variance + q * t * t / 2;
    velocity_variance += q * t;
}

void BoxMotion::Axis::correct(double value, double variance) {
    const double sum = position_variance + variance;
    const double gain = position_variance / sum;
    const double velocity_gain = covariance / sum;
    const double surprise = value - position;
    position += gain * surprise;
    velocity += velocity_gain * surprise;
    velocity_variance -= velocity_gain * covariance;
    covariance *= 1 - gain;
    position_variance *= 1 - gain;
}

}  // namespace emotion
