#include "media/video_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/core.hpp>
#include <vector>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"
#include "emotion/threads.hpp"

namespace emotion {
namespace {

int even(int side) {
    return side + side % 2;
}

}  // namespace

VideoEncoder::VideoEncoder(const std::string& name, int quality, int height, int width, double fps)
    : height_(even(height)), width_(even(width)) {
    ffmpeg::keep_quiet();
    std::vector<std::string> names{name};
    if (name == "auto") names = {"libx264", "libopenh264", "mpeg4"};
    const bool opened = std::any_of(names.begin(), names.end(), [&](auto& one) { return open(one, quality, fps); });
    if (!opened)
        fail(ErrorCode::unsupported, "VideoWriter: FFmpeg has no encoder {} here for pictures of {} x {} px",
             fmt::join(names, ", "), width, height);
    frame_->format = context_->pix_fmt;
    frame_->width = width_;
    frame_->height = height_;
    if (av_frame_get_buffer(frame_.get(), 0) < 0) throw std::bad_alloc();
}

bool VideoEncoder::open(const std::string& name, int quality, double fps) {
    const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
    if (!codec) return false;
    context_.reset(avcodec_alloc_context3(codec));
    if (!context_) throw std::bad_alloc();
    context_->width = width_;
    context_->height = height_;
    context_->pix_fmt = AV_PIX_FMT_YUV420P;
    context_->time_base = {1, kTicks};
    context_->framerate = av_d2q(fps, 100000);
    context_->gop_size = 1 << 16;  // key frames come when they are asked for
    context_->max_b_frames = 0;
    context_->thread_count = std::min(num_threads(), 4);
    context_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    // What fill_frame makes: ITU-R BT.601, limited range.
    context_->colorspace = AVCOL_SPC_SMPTE170M;
    context_->color_primaries = AVCOL_PRI_SMPTE170M;
    context_->color_trc = AVCOL_TRC_SMPTE170M;
    context_->color_range = AVCOL_RANGE_MPEG;
    ffmpeg::Dictionary settings;
    if (name == "libx264") {
        settings.set("preset", "ultrafast");  // the processor has networks to run, docs/decisions/0003-video.md
        settings.set("tune", "zerolatency");  // nothing waits in the encoder when the program dies
        settings.set("crf", std::to_string(quality));
        settings.set("forced-idr", "1");
    } else if (name == "mpeg4") {
        context_->flags |= AV_CODEC_FLAG_QSCALE;
        context_->global_quality = FF_QP2LAMBDA * std::clamp(quality * 5 / 23, 1, 31);
    } else {
        // libopenh264 has no constant quality: a tenth of a bit for a pixel at 23, twice as much for each 6 less.
        context_->bit_rate =
            std::llround(0.1 * width_ * height_ * std::min(fps, 60.0) * std::exp2((23 - quality) / 6.0));
    }
    return avcodec_open2(context_.get(), codec, settings.get()) >= 0;
}

void VideoEncoder::fill_frame(const ImageView& image) {
    // The encoder may still read the frame that it was given before.
    if (av_frame_make_writable(frame_.get()) < 0) throw std::bad_alloc();
    cv::Mat grown;
    ImageView view = image;
    if (image.height != height_ || image.width != width_) {
        cv::copyMakeBorder(as_mat(image), grown, 0, height_ - image.height, 0, width_ - image.width,
                           cv::BORDER_REPLICATE);
        view = as_view(grown, image.format);
    }
    scaler_.reset(sws_getCachedContext(scaler_.release(), width_, height_, ffmpeg::pixel_format(view.format), width_,
                                       height_, context_->pix_fmt, SWS_BILINEAR, nullptr, nullptr, nullptr));
    if (!scaler_) throw std::bad_alloc();
    const std::uint8_t* rows[4] = {view.data, nullptr, nullptr, nullptr};
    const int strides[4] = {static_cast<int>(view.row_stride), 0, 0, 0};
    sws_scale(scaler_.get(), rows, strides, 0, height_, frame_->data, frame_->linesize);
}

void VideoEncoder::encode(const ImageView& image, std::int64_t ticks, bool key_frame, const Sink& sink) {
    fill_frame(image);
    frame_->pts = ticks;
    frame_->pict_type = key_frame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    frame_->quality = context_->global_quality;
    send(frame_.get(), sink);
}

void VideoEncoder::finish(const Sink& sink) {
    send(nullptr, sink);
}

void VideoEncoder::send(const AVFrame* frame, const Sink& sink) {
    int result = avcodec_send_frame(context_.get(), frame);
    while (result >= 0) {
        result = avcodec_receive_packet(context_.get(), packet_.get());
        if (result < 0) break;
        sink(*packet_);
        av_packet_unref(packet_.get());
    }
    if (result != AVERROR(EAGAIN) && result != AVERROR_EOF)
        fail(ErrorCode::runtime, "VideoWriter: a picture cannot be encoded: {}", ffmpeg::error_text(result));
}

}  // namespace emotion
