#include "emotion/video_writer.hpp"

#include <atomic>
#include <cmath>
#include <mutex>
#include <optional>

#include "base/check.hpp"
#include "media/fragmented_mp4.hpp"
#include "media/read_file.hpp"
#include "media/video_encoder.hpp"

namespace emotion {
namespace {

std::filesystem::path checked_path(const std::filesystem::path& path, int height, int width, double fps,
                                   const VideoWriterOptions& options) {
    options.validate();
    require(path.extension() == ".mp4", "VideoWriter: the ending of {} must be .mp4", path.string());
    require(height >= 2 && height <= 16384, "VideoWriter: height must be in [2, 16384], got {}", height);
    require(width >= 2 && width <= 16384, "VideoWriter: width must be in [2, 16384], got {}", width);
    require(fps > 0 && fps <= 1000, "VideoWriter: fps must be in (0, 1000], got {}", fps);
    require_unread(path, "VideoWriter");
    return path;
}

std::int64_t to_ticks(double seconds) {
    return std::llround(seconds * VideoEncoder::kTicks);
}

}  // namespace

void VideoWriterOptions::validate() const {
    require(encoder == "auto" || encoder == "libx264" || encoder == "libopenh264" || encoder == "mpeg4",
            "VideoWriter: encoder must be 'auto', 'libx264', 'libopenh264' or 'mpeg4', got '{}'", encoder);
    require(quality >= 1 && quality <= 51, "VideoWriter: quality must be in [1, 51], got {}", quality);
}

struct VideoWriter::Impl {
    Impl(const std::filesystem::path& path, int height_, int width_, double fps, const VideoWriterOptions& options)
        : height(height_),
          width(width_),
          step_s(1 / fps),
          encoder(options.encoder, options.quality, height, width, fps),
          file(path, encoder.context(), to_ticks(step_s)),
          encoder_name(encoder.context().codec->name) {}

    void write(const ImageView& image, std::optional<double> given_s) {
        std::lock_guard lock(mutex);
        image.validate("VideoWriter");
        require(!closed, "VideoWriter: {} is closed", file.file().path().string());
        require(image.height == height && image.width == width,
                "VideoWriter: the picture has {} x {} px, expected {} x {}", image.width, image.height, width, height);
        const double time_s = given_s.value_or(last_s ? *last_s + step_s : 0);
        require(std::isfinite(time_s) && std::abs(time_s) < 1e10,
                "VideoWriter: time_s must be in (-1e10, 1e10), got {}", time_s);
        require(!last_s || time_s > *last_s, "VideoWriter: time_s must be above {}, the one before, got {}",
                last_s.value_or(0), time_s);
        guarded([&] { encode(image, time_s); });
    }

    void encode(const ImageView& image, double time_s) {
        if (!begin_s) begin_s = time_s;
        std::int64_t ticks = to_ticks(time_s - *begin_s);
        if (ticks <= last_ticks) ticks = last_ticks + 1;  // nearer than a tick
        const bool key_frame = count == 0 || ticks >= next_key_ticks;
        if (key_frame) next_key_ticks = ticks + VideoEncoder::kTicks;
        encoder.encode(image, ticks, key_frame, [this](AVPacket& packet) { file.add(packet); });
        last_ticks = ticks;
        last_s = time_s;
        ++count;
    }

    ~Impl() {
        try {
            close();
        } catch (...) {  // said by VideoWriter::close, if the caller wants to know
        }
    }

    void close() {
        std::lock_guard lock(mutex);
        if (closed) return;
        guarded([this] {
            encoder.finish([this](AVPacket& packet) { file.add(packet); });
            file.close();
        });
        closed = true;
    }

    /// What goes wrong is said at each later call: a video with a hole would be no good.
    template <class Call>
    void guarded(Call&& call) {
        if (failure) throw *failure;
        try {
            call();
        } catch (const Error& error) {
            failure = error;
            throw;
        }
    }

    int height, width;
    double step_s;
    VideoEncoder encoder;
    FragmentedMp4 file;
    std::string encoder_name;
    std::optional<double> begin_s, last_s;
    std::int64_t last_ticks = -1, next_key_ticks = 0;
    std::atomic<std::int64_t> count{0};
    bool closed = false;
    std::optional<Error> failure;
    std::mutex mutex;
};

VideoWriter::VideoWriter(const std::filesystem::path& path, int height, int width, double fps,
                         const VideoWriterOptions& options)
    : impl_(std::make_unique<Impl>(checked_path(path, height, width, fps, options), height, width, fps, options)) {}

VideoWriter::~VideoWriter() = default;
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;

void VideoWriter::write(const ImageView& image, double time_s) {
    impl_->write(image, time_s);
}

void VideoWriter::write(const ImageView& image) {
    impl_->write(image, std::nullopt);
}

void VideoWriter::close() {
    impl_->close();
}

std::int64_t VideoWriter::frame_count() const noexcept {
    return impl_->count;
}

const std::string& VideoWriter::encoder() const noexcept {
    return impl_->encoder_name;
}

const std::filesystem::path& VideoWriter::path() const noexcept {
    return impl_->file.file().path();
}

}  // namespace emotion
