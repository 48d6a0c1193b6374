#include "media/fragmented_mp4.hpp"

#include <new>

#include "base/check.hpp"

namespace emotion {
namespace {

constexpr int kBlockBytes = 1 << 16;

#if LIBAVFORMAT_VERSION_MAJOR >= 61
using Bytes = const std::uint8_t*;
#else
using Bytes = std::uint8_t*;
#endif

int append_bytes(void* target, Bytes bytes, int count) {
    try {
        static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(bytes),
                                                  static_cast<std::size_t>(count));
        return count;
    } catch (...) {
        return AVERROR(ENOMEM);
    }
}

void free_output(AVFormatContext* output) {
    if (!output) return;
    if (output->pb) av_freep(&output->pb->buffer);
    avio_context_free(&output->pb);
    avformat_free_context(output);
}

}  // namespace

FragmentedMp4::FragmentedMp4(const std::filesystem::path& path, const AVCodecContext& encoder,
                             std::int64_t last_duration)
    : file_(path), units_(encoder.time_base), last_duration_(last_duration) {
    check(avformat_alloc_output_context2(&output_, nullptr, "mp4", nullptr));
    try {
        auto* block = static_cast<std::uint8_t*>(av_malloc(kBlockBytes));
        if (!block) throw std::bad_alloc();
        output_->pb = avio_alloc_context(block, kBlockBytes, 1, &bytes_, nullptr, &append_bytes, nullptr);
        AVStream* stream = avformat_new_stream(output_, nullptr);
        if (!output_->pb || !stream) throw std::bad_alloc();
        stream->time_base = units_;
        stream->avg_frame_rate = encoder.framerate;
        check(avcodec_parameters_from_context(stream->codecpar, &encoder));
        ffmpeg::Dictionary settings;
        settings.set("movflags", "frag_custom+empty_moov+default_base_moof");
        settings.set("video_track_timescale", std::to_string(units_.den));
        check(avformat_write_header(output_, settings.get()));
        flush_fragment();
    } catch (...) {
        free_output(output_);
        throw;
    }
}

FragmentedMp4::~FragmentedMp4() {
    free_output(output_);
}

void FragmentedMp4::check(int result) {
    if (result < 0)
        fail(ErrorCode::runtime, "VideoWriter: {} cannot be written: {}", file_.path().string(),
             ffmpeg::error_text(result));
}

void FragmentedMp4::flush_fragment() {
    check(av_write_frame(output_, nullptr));
    avio_flush(output_->pb);
    flushed_ = Clock::now();
    const std::string whole = std::move(bytes_);
    bytes_.clear();
    file_.append(whole);
}

void FragmentedMp4::write_held(std::int64_t duration) {
    if (!holds_) return;
    holds_ = false;
    held_->duration = duration;
    held_->stream_index = 0;
    av_packet_rescale_ts(held_.get(), units_, output_->streams[0]->time_base);
    const int result = av_write_frame(output_, held_.get());
    av_packet_unref(held_.get());
    check(result);
}

void FragmentedMp4::add(AVPacket& packet) {
    const bool key_frame = (packet.flags & AV_PKT_FLAG_KEY) != 0;
    const bool first = !holds_;
    if (!first) write_held(packet.dts - held_->dts);
    if (!first && (key_frame || Clock::now() - flushed_ >= std::chrono::seconds(1))) flush_fragment();
    check(av_packet_make_refcounted(&packet));
    av_packet_move_ref(held_.get(), &packet);
    holds_ = true;
}

void FragmentedMp4::close() {
    if (closed_) return;
    closed_ = true;
    write_held(last_duration_);
    check(av_write_trailer(output_));
    avio_flush(output_->pb);
    file_.append(bytes_);
    bytes_.clear();
}

}  // namespace emotion
