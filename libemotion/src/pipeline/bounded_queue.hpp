#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace emotion {

/// A queue between two threads that holds at most `capacity` values: push waits while it is full, pop while it is
/// empty.
template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    /// false, and the value is lost, once the queue is cancelled or finished.
    bool push(T value) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || values_.size() < capacity_; });
        if (ended_) return false;
        values_.push_back(std::move(value));
        changed_.notify_all();
        return true;
    }

    /// The oldest value; none once the queue is cancelled, or finished and empty.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || !values_.empty(); });
        return take();
    }

    /// The same, but waits at most `wait` for a value: none also when that time is over, see ended().
    std::optional<T> pop(std::chrono::duration<double> wait) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, wait, [&] { return ended_ || !values_.empty(); });
        return take();
    }

    /// Whether no value will come any more.
    bool ended() const {
        const std::lock_guard lock(mutex_);
        return ended_ && values_.empty();
    }

    /// No value will follow; what waits is still given.
    void finish() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }

    /// No value will follow, and what waits is dropped.
    void cancel() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        values_.clear();
        changed_.notify_all();
    }

private:
    std::optional<T> take() {
        if (values_.empty()) return std::nullopt;
        std::optional<T> value(std::move(values_.front()));
        values_.pop_front();
        changed_.notify_all();
        return value;
    }

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<T> values_;
    bool ended_ = false;
};

}  // namespace emotion
