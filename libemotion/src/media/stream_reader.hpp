#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "media/ffmpeg.hpp"
#include "media/frame_reader.hpp"
#include "media/health_record.hpp"
#include "media/read_file.hpp"

namespace emotion {

/// Reads a video file or an address through FFmpeg's libraries: what OpenCV's reader stands on too, but with the reason
/// of a failure, the stream's own time, and a wait that stop() ends.
class StreamReader : public FrameReader {
public:
    /// source: a path, or an address with "://". Throws Error{io} without a password in it. A damaged part is left out
    /// and said in `health`. stop: ends every wait; it and `health` must outlive the reader.
    StreamReader(const std::string& source, const VideoSourceOptions& options, const std::atomic<bool>& stop,
                 HealthRecord& health);
    ~StreamReader() override;

    std::optional<RawFrame> next() override;
    VideoProperties properties() const override { return properties_; }

private:
    using Clock = std::chrono::steady_clock;

    static int interrupted(void* self);
    /// From now on FFmpeg has so many seconds; without a limit for files.
    void allow(double seconds);
    /// "no answer within 10 s", or what FFmpeg says.
    std::string reason(int number) const;
    void open_input(const VideoSourceOptions& options);
    void open_decoder();
    bool has_an_end() const;
    /// Sends the next packet of the stream to the decoder; false at the end or when stopped.
    bool feed();
    void note_damage(int number);
    void note_early_end();
    RawFrame make_frame();

    std::string source_;
    bool is_url_;
    std::optional<ReadFile> file_;  ///< of a path
    double read_timeout_s_;
    const std::atomic<bool>& stop_;
    HealthRecord& health_;
    Clock::time_point deadline_ = Clock::time_point::max();
    AVFormatContext* input_ = nullptr;
    AVStream* stream_ = nullptr;
    ffmpeg::CodecContext decoder_;
    ffmpeg::Frame frame_ = ffmpeg::make_frame();
    ffmpeg::Packet packet_ = ffmpeg::make_packet();
    ffmpeg::FrameConverter converter_;
    VideoProperties properties_;
    bool has_times_ = true;
    int quarter_turns_ = 0;  ///< clockwise, to make it upright
    std::int64_t number_ = 0;
    std::int64_t first_time_ = AV_NOPTS_VALUE;  ///< in units of the stream
};

}  // namespace emotion
