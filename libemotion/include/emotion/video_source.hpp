#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emotion/export.hpp"
#include "emotion/image.hpp"

namespace emotion EMOTION_PUBLIC {

/// What VideoSource does.
struct VideoSourceOptions {
    PixelFormat format = PixelFormat::bgr8;  ///< of the pictures
    double fps = 25;                         ///< pictures a second of a picture folder, in (0, 1000]
    std::string transport = "tcp";           ///< of RTSP: "tcp" or "udp"
    double open_timeout_s = 10;              ///< a URL that has not been opened by then has failed; > 0
    double read_timeout_s = 5;               ///< a URL that gives nothing for so long has failed; > 0
    /// Whether the first connection of a live source must succeed: else the constructor throws. false: it is tried
    /// again like any later one, and a URL is taken to be live.
    bool must_open = true;
    double first_pause_s = 0.5;   ///< before a live source is opened again; doubled from failure to failure; > 0
    double longest_pause_s = 30;  ///< but no longer than this; at least first_pause_s
    int max_attempts = 0;         ///< failures one after the other at which a live source is given up; 0: never

    /// Throws Error{invalid_argument} naming field, value and bound (NaN is out of bounds).
    void validate() const;
};

/// One picture of a video.
struct VideoFrame {
    Image image;
    /// From 0, as the source counts: of a live source, dropped pictures leave holes; of a picture folder, unreadable
    /// ones.
    std::int64_t number = 0;
    /// Seconds, rising from picture to picture. Of a file: its own, from 0. Of a live source: since it was opened, by
    /// its own time stamps where it has them (RTSP), else by the clock when the picture came.
    double time_s = 0;
    bool after_gap = false;  ///< a live source was away before this picture, see SourceHealth::gaps
};

/// A time without pictures of a live source that stalled or died.
struct VideoGap {
    double start_s = 0;           ///< time of the last picture before, 0 without one
    std::optional<double> end_s;  ///< time of the first picture after; none while it lasts
};

/// How a source is doing.
struct SourceHealth {
    static constexpr std::size_t kGapsKept = 100;

    std::int64_t frames_read = 0;       ///< pictures that the source gave
    std::int64_t frames_delivered = 0;  ///< of these, given out by read()
    std::int64_t frames_dropped = 0;   ///< of these, replaced by a newer one before read() took them; live sources only
    std::int64_t reconnects = 0;       ///< times that a live source was opened again and gave a picture
    std::int64_t gap_count = 0;        ///< times that a live source was away
    double gap_total_s = 0;            ///< how long it was away in all gaps that are over
    std::vector<VideoGap> gaps;        ///< the last kGapsKept of them
    std::vector<std::string> skipped;  ///< pictures of a folder that could not be read, with the reason
    std::string last_error;            ///< empty without one; never holds a password
    bool connected = false;            ///< open and giving pictures, as far as is known
};

/// What is known of a video before it is read.
struct VideoProperties {
    int height = 0;                           ///< px; 0 while it is not known
    int width = 0;                            ///< px; 0 while it is not known
    std::optional<double> fps;                ///< pictures a second
    std::optional<std::int64_t> frame_count;  ///< may be an estimate from length and fps
    bool is_live = false;
};

/// Pictures one after the other, from a video file, a picture folder, a camera or an address. A file or a folder gives
/// every picture. A live source is read on a thread of its own; only the newest picture is kept, and one that stalls or
/// dies is opened again, with growing pauses, while the program goes on.
/// Every function may be called from any thread.
class VideoSource {
public:
    /// source: a video file; a picture; a folder of pictures, taken in natural order (2.jpg before 10.jpg); an address
    /// (rtsp://, http://, https:// and what else FFmpeg has), also with login and password in it; a camera as "0",
    /// "1" or "/dev/video0". An http address of a file with a length is read like a file. Throws Error{io} where it
    /// cannot be opened, Error{invalid_argument} for options out of bounds.
    explicit VideoSource(const std::string& source, const VideoSourceOptions& options = {});
    /// A camera of this computer, counted from 0. Where one hangs, the system ends the wait after ten seconds; the
    /// destructor waits for that.
    explicit VideoSource(int camera, const VideoSourceOptions& options = {});
    ~VideoSource();
    VideoSource(VideoSource&&) noexcept;
    VideoSource& operator=(VideoSource&&) noexcept;

    /// Pictures that a function makes, until it gives none; it is called by read(), and what it throws comes out there.
    /// fps: of the frames' times, in (0, 1000].
    static VideoSource from_function(std::function<std::optional<Image>()> next, double fps = 25);

    /// The next picture; of a live source, the newest that was not given yet, for which it waits at most `wait_s`
    /// seconds. None: see ended(). Throws Error{io} where a file breaks off, or where a live source is given up after
    /// max_attempts; it has ended then.
    std::optional<VideoFrame> read(double wait_s = 1);
    /// Whether no picture will come any more: the end of the file, or stop(). While it is false, an empty read() of a
    /// live source means: not yet.
    bool ended() const;
    /// Ends the source; a read() that waits comes back at once.
    void stop();

    SourceHealth health() const;
    VideoProperties properties() const;
    /// What was opened, as it may be shown: without a password.
    const std::string& name() const noexcept;

private:
    struct Impl;
    explicit VideoSource(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
