#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "media/ffmpeg.hpp"

namespace emotion {

/// Pictures to compressed packets, each at once: the encoder looks at no later picture.
class VideoEncoder {
public:
    /// Units of time a second. Whole for 24, 25, 30, 50 and 60 pictures a second and 30000 / 1001; the encoder mpeg4
    /// takes none above 65535.
    static constexpr int kTicks = 60000;
    using Sink = std::function<void(AVPacket&)>;

    /// name, quality: see VideoWriterOptions. Throws Error{unsupported}, Error{runtime}.
    VideoEncoder(const std::string& name, int quality, int height, int width, double fps);

    /// The packets of a picture go to `sink`. ticks: its time, above the one before.
    void encode(const ImageView& image, std::int64_t ticks, bool key_frame, const Sink& sink);
    /// What the encoder still holds.
    void finish(const Sink& sink);

    const AVCodecContext& context() const noexcept { return *context_; }

private:
    bool open(const std::string& name, int quality, double fps);
    void fill_frame(const ImageView& image);
    void send(const AVFrame* frame, const Sink& sink);

    int height_, width_;  ///< even
    ffmpeg::CodecContext context_;
    ffmpeg::Frame frame_ = ffmpeg::make_frame();
    ffmpeg::Packet packet_ = ffmpeg::make_packet();
    ffmpeg::Scaler scaler_;
};

}  // namespace emotion
