#include "emotion/video_source.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <mutex>
#include <utility>

#include "base/check.hpp"
#include "emotion/image_io.hpp"
#include "media/camera_reader.hpp"
#include "media/folder_reader.hpp"
#include "media/live_reader.hpp"
#include "media/stream_reader.hpp"

namespace emotion {

void VideoSourceOptions::validate() const {
    require(fps > 0 && fps <= 1000, "VideoSource: fps must be in (0, 1000], got {}", fps);
    require(transport == "tcp" || transport == "udp", "VideoSource: transport must be 'tcp' or 'udp', got '{}'",
            transport);
    const std::pair<const char*, double> seconds[] = {{"open_timeout_s", open_timeout_s},
                                                      {"read_timeout_s", read_timeout_s},
                                                      {"first_pause_s", first_pause_s},
                                                      {"longest_pause_s", longest_pause_s}};
    for (const auto& [name, value] : seconds)
        require(value > 0 && value <= 86400, "VideoSource: {} must be in (0, 86400], got {}", name, value);
    require(longest_pause_s >= first_pause_s,
            "VideoSource: longest_pause_s must be at least first_pause_s = {}, got {}", first_pause_s, longest_pause_s);
    require(max_attempts >= 0, "VideoSource: max_attempts must be at least 0, got {}", max_attempts);
}

namespace {

namespace fs = std::filesystem;

class FunctionReader : public FrameReader {
public:
    FunctionReader(std::function<std::optional<Image>()> function, double fps)
        : function_(std::move(function)), fps_(fps) {
        properties_.fps = fps;
    }

    std::optional<RawFrame> next() override {
        std::optional<Image> image = function_();
        if (!image) return std::nullopt;
        const std::int64_t number = number_++;
        return RawFrame{std::move(*image), number, static_cast<double>(number) / fps_};
    }
    VideoProperties properties() const override { return properties_; }

private:
    std::function<std::optional<Image>()> function_;
    double fps_;
    VideoProperties properties_;
    std::int64_t number_ = 0;
};

/// The number in "0" and "/dev/video0".
std::optional<int> camera_index(const std::string& source) {
    const std::string prefix = "/dev/video";
    const std::string digits = source.starts_with(prefix) ? source.substr(prefix.size()) : source;
    const bool all_digits = std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c); });
    if (digits.empty() || digits.size() > 4 || !all_digits) return std::nullopt;
    std::error_code error;
    if (source == digits && fs::exists(source, error)) return std::nullopt;
    return std::stoi(digits);
}

void check_path(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) fail(ErrorCode::io, "VideoSource: there is no file or folder {}", path);
    if (!fs::is_regular_file(status)) fail(ErrorCode::io, "VideoSource: {} is not a regular file", path);
}

}  // namespace

struct VideoSource::Impl {
    std::string name;
    std::atomic<bool> stop{false};
    std::atomic<bool> at_end{false};
    std::mutex reading;  ///< held by read() of a source that is not live
    HealthRecord health;
    VideoProperties properties;
    double last_time_s = -1;
    double default_fps = 25;
    // One of the two; last, as their threads use what stands above.
    std::unique_ptr<FrameReader> reader;
    std::unique_ptr<LiveReader> live;

    ~Impl() { end(); }

    void end() {
        stop = true;
        if (live) live->wake();
        health.change([](SourceHealth& h) { h.connected = false; });
    }

    void read_directly(std::unique_ptr<FrameReader> opened) {
        reader = std::move(opened);
        properties = reader->properties();
        health.change([](SourceHealth& h) { h.connected = true; });
    }

    /// A source that is opened by `open`, now and again.
    void read_live(LiveReader::Open open, const VideoSourceOptions& options) {
        std::unique_ptr<FrameReader> first;
        try {
            first = open();
        } catch (const Error& error) {
            if (options.must_open) throw;
            health.error(error.what());
        }
        if (first && !first->properties().is_live)
            read_directly(std::move(first));
        else
            live = std::make_unique<LiveReader>(std::move(open), std::move(first), name, options, stop, health);
    }

    void open(const std::string& source, const VideoSourceOptions& options) {
        options.validate();
        require(!source.empty(), "VideoSource: source is empty, expected a file, a folder, an address or a camera");
        name = without_password(source);
        if (source.starts_with("file://")) return open(source.substr(7), options);
        if (source.find("://") != std::string::npos) {
            read_live([this, source, options] { return std::make_unique<StreamReader>(source, options, stop, health); },
                      options);
        } else if (const std::optional<int> index = camera_index(source)) {
            open_camera(*index, options);
        } else if (std::error_code error; fs::is_directory(source, error)) {
            read_directly(std::make_unique<FolderReader>(source, options, stop, health));
        } else {
            check_path(source);
            if (is_image_path(source))
                read_directly(std::make_unique<FolderReader>(source, options, stop, health));
            else
                read_directly(std::make_unique<StreamReader>(source, options, stop, health));
        }
    }

    void open_camera(int index, const VideoSourceOptions& options) {
        options.validate();
        require(index >= 0, "VideoSource: a camera is counted from 0, got {}", index);
        name = fmt::format("camera {}", index);
        read_live(
            [this, index, format = options.format] {
                return std::make_unique<CameraReader>(emotion::open_camera(index), format, stop);
            },
            options);
    }

    std::optional<VideoFrame> read_next() {
        if (stop || at_end) return std::nullopt;
        std::optional<RawFrame> raw;
        try {
            raw = reader->next();
        } catch (const Error& error) {
            finish();
            health.error(error.what());
            throw;
        } catch (...) {
            finish();
            throw;
        }
        if (!raw) {
            finish();
            return std::nullopt;
        }
        health.change([](SourceHealth& h) {
            ++h.frames_read;
            ++h.frames_delivered;
        });
        double time_s = raw->time_s.value_or(static_cast<double>(raw->number) / default_fps);
        if (last_time_s >= 0) time_s = std::max(time_s, last_time_s + 1e-6);
        last_time_s = time_s;
        return VideoFrame{std::move(raw->image), raw->number, time_s, false};
    }

    void finish() {
        at_end = true;
        health.change([](SourceHealth& h) { h.connected = false; });
    }
};

VideoSource::VideoSource(const std::string& source, const VideoSourceOptions& options)
    : impl_(std::make_unique<Impl>()) {
    impl_->open(source, options);
}

VideoSource::VideoSource(int camera, const VideoSourceOptions& options) : impl_(std::make_unique<Impl>()) {
    impl_->open_camera(camera, options);
}

VideoSource::VideoSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VideoSource::~VideoSource() = default;
VideoSource::VideoSource(VideoSource&&) noexcept = default;
VideoSource& VideoSource::operator=(VideoSource&&) noexcept = default;

VideoSource VideoSource::from_function(std::function<std::optional<Image>()> next, double fps) {
    require(static_cast<bool>(next), "VideoSource: next is empty, expected a function");
    require(fps > 0 && fps <= 1000, "VideoSource: fps must be in (0, 1000], got {}", fps);
    auto impl = std::make_unique<Impl>();
    impl->name = "function";
    impl->read_directly(std::make_unique<FunctionReader>(std::move(next), fps));
    return VideoSource(std::move(impl));
}

std::optional<VideoFrame> VideoSource::read(double wait_s) {
    require(wait_s >= 0 && wait_s <= 86400, "VideoSource: wait_s must be in [0, 86400], got {}", wait_s);
    if (impl_->live) return impl_->live->read(std::chrono::duration<double>(wait_s));
    std::lock_guard lock(impl_->reading);
    return impl_->read_next();
}

bool VideoSource::ended() const {
    return impl_->live ? impl_->live->ended() : impl_->stop || impl_->at_end;
}

void VideoSource::stop() {
    impl_->end();
}

SourceHealth VideoSource::health() const {
    return impl_->health.get();
}

VideoProperties VideoSource::properties() const {
    return impl_->live ? impl_->live->properties() : impl_->properties;
}

const std::string& VideoSource::name() const noexcept {
    return impl_->name;
}

}  // namespace emotion
