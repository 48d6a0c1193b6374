#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "media/frame_reader.hpp"
#include "media/health_record.hpp"
#include "media/live_clock.hpp"

namespace emotion {

/// Reads a live source on a thread of its own, keeps its newest picture, and opens it again when it fails.
class LiveReader {
public:
    using Open = std::function<std::unique_ptr<FrameReader>()>;

    /// open: connects, or throws Error. first: an open connection, or nullptr after `error` at the first one. name: for
    /// messages. stop and health must outlive the reader.
    LiveReader(Open open, std::unique_ptr<FrameReader> first, std::string name, const VideoSourceOptions& options,
               const std::atomic<bool>& stop, HealthRecord& health);
    /// stop must be set.
    ~LiveReader();

    /// The newest picture that was not given yet; waits for it. Throws Error{io} once after max_attempts.
    std::optional<VideoFrame> read(std::chrono::duration<double> wait);
    /// Whether the thread has given up and everything is told.
    bool ended() const;
    VideoProperties properties() const;
    /// After stop was set.
    void wake();

private:
    using Clock = std::chrono::steady_clock;

    void run(std::unique_ptr<FrameReader> reader);
    /// Reads until the connection fails or stop is set; gives the reason of the failure.
    std::string read_all(FrameReader& reader);
    void keep(RawFrame raw);
    /// Notes a failure and waits before the next attempt; false if there is none.
    bool pause(const std::string& reason);
    double now_s() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

    Open open_;
    std::string name_;
    VideoSourceOptions options_;
    const std::atomic<bool>& stop_;
    HealthRecord& health_;
    const Clock::time_point begin_ = Clock::now();

    // of the thread alone
    LiveClock clock_;
    std::int64_t count_ = 0;
    double last_time_s_ = 0;
    int failures_ = 0;
    double pause_s_ = 0;
    bool in_gap_ = false;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<VideoFrame> newest_;
    VideoProperties properties_;
    std::string given_up_;  ///< the error that read() throws
    bool over_ = false;
    std::thread thread_;
};

}  // namespace emotion
