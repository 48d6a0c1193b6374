#include "media/live_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace emotion {

LiveReader::LiveReader(Open open, std::unique_ptr<FrameReader> first, std::string name,
                       const VideoSourceOptions& options, const std::atomic<bool>& stop, HealthRecord& health)
    : open_(std::move(open)),
      name_(std::move(name)),
      options_(options),
      stop_(stop),
      health_(health),
      pause_s_(options.first_pause_s) {
    properties_.is_live = true;
    if (first) properties_ = first->properties();
    thread_ = std::thread([this, reader = std::move(first)]() mutable { run(std::move(reader)); });
}

LiveReader::~LiveReader() {
    wake();
    thread_.join();
}

void LiveReader::run(std::unique_ptr<FrameReader> reader) {
    std::string reason = health_.get().last_error;
    while (!stop_) {
        try {
            if (failures_ > 0) reader = open_();  // before any failure there is `first`, or its error
            if (reader) reason = read_all(*reader);
        } catch (const Error& error) {
            reason = error.what();
        } catch (const std::bad_alloc&) {
            reason = "no memory for a picture";
        }
        reader.reset();
        if (stop_ || !pause(reason)) break;
    }
    health_.change([](SourceHealth& health) { health.connected = false; });
    std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
}

std::string LiveReader::read_all(FrameReader& reader) {
    clock_.reconnected();
    {
        std::lock_guard lock(mutex_);
        properties_ = reader.properties();
        properties_.is_live = true;
    }
    while (std::optional<RawFrame> raw = reader.next()) {
        keep(std::move(*raw));
        if (stop_) break;
    }
    return name_ + " gives no more pictures";
}

void LiveReader::keep(RawFrame raw) {
    VideoFrame frame{std::move(raw.image), count_++, clock_.time(now_s(), raw.time_s), std::exchange(in_gap_, false)};
    last_time_s_ = frame.time_s;
    failures_ = 0;
    pause_s_ = options_.first_pause_s;
    std::lock_guard lock(mutex_);
    const bool replaced = newest_.has_value();
    health_.change([&](SourceHealth& health) {
        ++health.frames_read;
        health.frames_dropped += replaced;
        health.connected = true;
        if (!frame.after_gap) return;
        health.gaps.back().end_s = frame.time_s;
        health.gap_total_s += frame.time_s - health.gaps.back().start_s;
        health.reconnects += frame.number > 0;
    });
    frame.after_gap = frame.after_gap || (replaced && newest_->after_gap);
    newest_ = std::move(frame);
    changed_.notify_all();
}

bool LiveReader::pause(const std::string& reason) {
    ++failures_;
    health_.change([&](SourceHealth& health) {
        health.last_error = without_password(reason);
        health.connected = false;
        if (in_gap_) return;
        if (health.gaps.size() == SourceHealth::kGapsKept) health.gaps.erase(health.gaps.begin());
        health.gaps.push_back({last_time_s_, std::nullopt});
        ++health.gap_count;
    });
    in_gap_ = true;
    std::unique_lock lock(mutex_);
    if (options_.max_attempts > 0 && failures_ >= options_.max_attempts) {
        given_up_ = without_password(fmt::format(
            "VideoSource: {} is given up after {} failures one after the other: {}", name_, failures_, reason));
        return false;
    }
    changed_.wait_for(lock, std::chrono::duration<double>(pause_s_), [this] { return stop_.load(); });
    pause_s_ = std::min(2 * pause_s_, options_.longest_pause_s);
    return !stop_;
}

std::optional<VideoFrame> LiveReader::read(std::chrono::duration<double> wait) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return stop_ || newest_ || over_; });
    if (stop_) return std::nullopt;
    if (newest_) {
        health_.change([](SourceHealth& health) { ++health.frames_delivered; });
        return std::exchange(newest_, std::nullopt);
    }
    if (!given_up_.empty()) throw Error(ErrorCode::io, std::exchange(given_up_, ""));
    return std::nullopt;
}

bool LiveReader::ended() const {
    std::lock_guard lock(mutex_);
    return stop_ || (over_ && !newest_ && given_up_.empty());
}

VideoProperties LiveReader::properties() const {
    std::lock_guard lock(mutex_);
    return properties_;
}

void LiveReader::wake() {
    // Under the lock: whoever is about to wait has looked at stop_ before or will see it.
    std::lock_guard lock(mutex_);
    changed_.notify_all();
}

}  // namespace emotion
