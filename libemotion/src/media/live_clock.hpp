#pragma once

#include <optional>

namespace emotion {

/// Gives the pictures of a live source their times: one rising line over all connections, in seconds since the source
/// was opened. A connection's own time stamps set the distances; where they part from the clock by more than two
/// seconds (a camera whose clock jumps, a pile that was waiting) they are tied to it anew.
class LiveClock {
public:
    /// A new connection counts from anywhere.
    void reconnected() { offset_s_.reset(); }
    /// now_s: when the picture came. stream_s: its time stamp, if it has one. The result is above the one before.
    double time(double now_s, std::optional<double> stream_s);

private:
    std::optional<double> offset_s_;
    double last_s_ = -1;
};

}  // namespace emotion
