#pragma once

#include <memory>
#include <string>
#include <vector>

#include "emotion/image.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

// FFmpeg's objects with owners, and its errors as sentences.
namespace emotion::ffmpeg {

struct Deleter {
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(SwsContext* context) const { sws_freeContext(context); }
};
using CodecContext = std::unique_ptr<AVCodecContext, Deleter>;
using Frame = std::unique_ptr<AVFrame, Deleter>;
using Packet = std::unique_ptr<AVPacket, Deleter>;
using Scaler = std::unique_ptr<SwsContext, Deleter>;

/// Options of FFmpeg by name.
class Dictionary {
public:
    Dictionary() = default;
    ~Dictionary() { av_dict_free(&entries_); }
    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;

    void set(const char* name, const std::string& value) { av_dict_set(&entries_, name, value.c_str(), 0); }
    AVDictionary** get() { return &entries_; }

private:
    AVDictionary* entries_ = nullptr;
};

/// What FFmpeg says of an error number: "Connection refused".
std::string error_text(int number);

/// Throws std::bad_alloc where FFmpeg gave nothing.
Frame make_frame();
Packet make_packet();

/// Once in a process: what FFmpeg would print (addresses among it) stays unsaid, unless the program has set FFmpeg's
/// log level itself. Everything that matters comes as an Error.
void keep_quiet();

AVPixelFormat pixel_format(PixelFormat format) noexcept;

/// Turns frames as decoders give them into pictures of one format, by the colour space that the frame says it has.
class FrameConverter {
public:
    explicit FrameConverter(PixelFormat format) : format_(format) {}
    /// frame: any size and pixel format; both may change from frame to frame. Throws Error{runtime}.
    Image convert(const AVFrame& frame);

private:
    PixelFormat format_;
    Scaler scaler_;
    std::vector<std::uint8_t> rows_;
};

}  // namespace emotion::ffmpeg
