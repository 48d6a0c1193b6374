#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "emotion/export.hpp"
#include "emotion/image.hpp"

namespace emotion EMOTION_PUBLIC {

/// What VideoWriter does.
struct VideoWriterOptions {
    /// "auto": H.264 where FFmpeg has an encoder for it (libx264, libopenh264), else MPEG-4 part 2 (mpeg4). Or one of
    /// these three names.
    std::string encoder = "auto";
    /// Smaller looks better and takes more room; in [1, 51]. 23 is libx264's own; each 6 less doubles the size.
    int quality = 23;

    /// Throws Error{invalid_argument} naming field, value and bound.
    void validate() const;
};

/// Writes an MP4 that players, browsers and OpenCV can open at every moment while it grows, and after the program was
/// killed: a fragmented MP4 with a key frame and a whole fragment at least every second (docs/decisions/0003-video.md).
/// Every function may be called from any thread.
class VideoWriter {
public:
    /// path: ends with .mp4; a file that is there is replaced unless a VideoSource has it open, missing folders are
    /// made. height, width: px, each in [2, 16384]; an odd side grows by one pixel that repeats the last. fps: pictures
    /// a second where no times are given, and how long the last picture stays; in (0, 1000]. Throws Error{io},
    /// Error{invalid_argument}, Error{unsupported} for an encoder that FFmpeg does not have here.
    VideoWriter(const std::filesystem::path& path, int height, int width, double fps,
                const VideoWriterOptions& options = {});
    /// Closes; what goes wrong then is not said. Call close() to know.
    ~VideoWriter();
    VideoWriter(VideoWriter&&) noexcept;
    VideoWriter& operator=(VideoWriter&&) noexcept;

    /// image: of the size given, any format. time_s: seconds from any beginning, higher than that of the picture
    /// before; the video begins with its first picture, and gaps keep their length. Throws Error{invalid_argument};
    /// Error{io} on a full disk and the like, after which every call throws the same: the video up to the last whole
    /// fragment stays good.
    void write(const ImageView& image, double time_s);
    /// 1 / fps after the picture before.
    void write(const ImageView& image);
    /// Ends the file. Throws Error{io}. Does nothing the second time.
    void close();

    std::int64_t frame_count() const noexcept;    ///< pictures taken
    const std::string& encoder() const noexcept;  ///< what "auto" became
    const std::filesystem::path& path() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
