#include "media/live_clock.hpp"

#include <algorithm>
#include <cmath>

namespace emotion {
namespace {

constexpr double kLargestDrift_s = 2;
constexpr double kSmallestStep_s = 0.001;

}  // namespace

double LiveClock::time(double now_s, std::optional<double> stream_s) {
    double time_s = now_s;
    if (stream_s) {
        if (!offset_s_ || std::abs(*stream_s + *offset_s_ - now_s) > kLargestDrift_s) offset_s_ = now_s - *stream_s;
        time_s = *stream_s + *offset_s_;
    }
    if (last_s_ >= 0) time_s = std::max(time_s, last_s_ + kSmallestStep_s);
    last_s_ = std::max(time_s, 0.0);
    return last_s_;
}

}  // namespace emotion
