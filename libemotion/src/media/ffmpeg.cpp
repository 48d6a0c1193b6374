#include "media/ffmpeg.hpp"

#include <array>
#include <cstring>
#include <mutex>
#include <new>

#include "base/check.hpp"

namespace emotion::ffmpeg {

std::string error_text(int number) {
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    if (av_strerror(number, text.data(), text.size()) != 0) return fmt::format("FFmpeg's error {}", number);
    return text.data();
}

Frame make_frame() {
    Frame frame(av_frame_alloc());
    if (!frame) throw std::bad_alloc();
    return frame;
}

Packet make_packet() {
    Packet packet(av_packet_alloc());
    if (!packet) throw std::bad_alloc();
    return packet;
}

void keep_quiet() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (av_log_get_level() == AV_LOG_INFO) av_log_set_level(AV_LOG_QUIET);  // INFO: nobody has set it
    });
}

AVPixelFormat pixel_format(PixelFormat format) noexcept {
    if (format == PixelFormat::gray8) return AV_PIX_FMT_GRAY8;
    return format == PixelFormat::rgb8 ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_BGR24;
}

Image FrameConverter::convert(const AVFrame& frame) {
    const auto source = static_cast<AVPixelFormat>(frame.format);
    scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, source, frame.width, frame.height,
                                       pixel_format(format_), SWS_BILINEAR, nullptr, nullptr, nullptr));
    if (!scaler_) fail(ErrorCode::runtime, "VideoSource: FFmpeg cannot convert pixel format {}", frame.format);
    const int space = frame.colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_DEFAULT;
    const bool full_range = frame.color_range == AVCOL_RANGE_JPEG || source == AV_PIX_FMT_YUVJ420P ||
                            source == AV_PIX_FMT_YUVJ422P || source == AV_PIX_FMT_YUVJ444P;
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(space), full_range, sws_getCoefficients(space), 1, 0,
                             1 << 16, 1 << 16);
    // FFmpeg's fast paths write up to the next multiple of some bytes: each row has room, and is packed afterwards.
    Image image(frame.height, frame.width, format_);
    const auto bytes = static_cast<std::size_t>(image.row_stride());
    const std::size_t stride = (bytes + 63) / 64 * 64;
    rows_.resize(stride * static_cast<std::size_t>(frame.height) + 64);
    std::uint8_t* targets[4] = {rows_.data(), nullptr, nullptr, nullptr};
    const int strides[4] = {static_cast<int>(stride), 0, 0, 0};
    if (sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, targets, strides) != frame.height)
        fail(ErrorCode::runtime, "VideoSource: FFmpeg cannot convert a picture of {} x {} px", frame.width,
             frame.height);
    for (int y = 0; y < frame.height; ++y)
        std::memcpy(image.row(y), rows_.data() + stride * static_cast<std::size_t>(y), bytes);
    return image;
}

}  // namespace emotion::ffmpeg
