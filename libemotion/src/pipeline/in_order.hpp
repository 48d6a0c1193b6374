#pragma once

#include <condition_variable>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include "pipeline/bounded_queue.hpp"

namespace emotion {

/// Takes values that several threads make and passes them to a queue in the order of their numbers, from 0 without
/// gaps. At most `capacity` of them wait for one that is not there yet.
template <class T>
class InOrder {
public:
    InOrder(BoundedQueue<T>& out, std::int64_t capacity) : out_(out), capacity_(capacity) {}

    /// Waits while the value would be too far ahead. false where it, and so every later one, is not wanted any more.
    bool push(std::int64_t number, T value) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return number >= end_ || number < next_ + capacity_; });
        if (number >= end_) return false;
        waiting_.emplace(number, std::move(value));
        while (!waiting_.empty() && waiting_.begin()->first == next_ && next_ < end_) {
            auto first = waiting_.extract(waiting_.begin());
            if (out_.push(std::move(first.mapped())))
                ++next_;
            else
                end_ = next_;
        }
        changed_.notify_all();
        return number < end_;
    }

    /// There will be no value of this number, and none behind it is wanted.
    void end_before(std::int64_t number) {
        const std::lock_guard lock(mutex_);
        if (number < end_) end_ = number;
        changed_.notify_all();
    }

private:
    BoundedQueue<T>& out_;
    const std::int64_t capacity_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::int64_t, T> waiting_;
    std::int64_t next_ = 0;
    std::int64_t end_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace emotion
