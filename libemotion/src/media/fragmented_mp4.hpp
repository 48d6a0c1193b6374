#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "media/append_file.hpp"
#include "media/ffmpeg.hpp"

namespace emotion {

/// An MP4 that is readable while it grows. It is put together in memory; each fragment goes to the file in one piece.
class FragmentedMp4 {
public:
    /// encoder: of its one video stream. last_duration: of the last packet, in the encoder's units. Throws Error{io}.
    FragmentedMp4(const std::filesystem::path& path, const AVCodecContext& encoder, std::int64_t last_duration);
    ~FragmentedMp4();
    FragmentedMp4(const FragmentedMp4&) = delete;
    FragmentedMp4& operator=(const FragmentedMp4&) = delete;

    /// Takes over the packet's data. A packet is held back until the next one says how long it lasts; the fragment
    /// before a key frame is written out, and every second by the clock one that has none. Throws Error{io}.
    void add(AVPacket& packet);
    /// Writes out everything and the index at the end. Throws Error{io}.
    void close();

    const AppendFile& file() const noexcept { return file_; }

private:
    using Clock = std::chrono::steady_clock;

    void write_held(std::int64_t duration);
    void flush_fragment();
    void check(int result);

    AppendFile file_;
    AVRational units_;
    std::int64_t last_duration_;
    std::string bytes_;  ///< made by FFmpeg, not yet in the file
    AVFormatContext* output_ = nullptr;
    ffmpeg::Packet held_ = ffmpeg::make_packet();
    bool holds_ = false;
    bool closed_ = false;
    Clock::time_point flushed_ = Clock::now();
};

}  // namespace emotion
