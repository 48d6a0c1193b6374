#include "media/stream_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/core.hpp>
#include <string_view>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"
#include "emotion/threads.hpp"

extern "C" {
#include <libavutil/display.h>
}

namespace emotion {
namespace {

/// Live addresses are looked at no longer than this before the first picture, in microseconds.
constexpr const char* kLiveAnalysis = "1000000";

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](auto part) { return text.starts_with(part); });
}

/// Quarter turns clockwise that the file asks its player for.
int turns_of(const AVStream& stream) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
    const AVPacketSideData* data = av_packet_side_data_get(
        stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    const std::uint8_t* matrix = data ? data->data : nullptr;
#else
    const std::uint8_t* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
#endif
    if (!matrix) return 0;
    const double angle = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));  // anticlockwise
    return std::isnan(angle) ? 0 : (static_cast<int>(std::lround(-angle / 90)) % 4 + 4) % 4;
}

Image turned(const Image& image, int quarter_turns) {
    const bool sides_swap = quarter_turns % 2 == 1;
    Image result(sides_swap ? image.width() : image.height(), sides_swap ? image.height() : image.width(),
                 image.format());
    constexpr int codes[] = {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
    cv::Mat target = as_mat(result);
    cv::rotate(as_mat(image), target, codes[quarter_turns - 1]);
    return result;
}

}  // namespace

StreamReader::StreamReader(const std::string& source, const VideoSourceOptions& options, const std::atomic<bool>& stop,
                           HealthRecord& health)
    : source_(source),
      is_url_(source.find("://") != std::string::npos),
      read_timeout_s_(options.read_timeout_s),
      stop_(stop),
      health_(health),
      converter_(options.format) {
    ffmpeg::keep_quiet();
    if (!is_url_) file_.emplace(source_);
    try {
        open_input(options);
        open_decoder();
    } catch (...) {
        avformat_close_input(&input_);
        throw;
    }
}

StreamReader::~StreamReader() {
    allow(1);  // to say goodbye to a server
    avformat_close_input(&input_);
}

int StreamReader::interrupted(void* self) {
    const auto* reader = static_cast<const StreamReader*>(self);
    return reader->stop_ || Clock::now() > reader->deadline_;
}

void StreamReader::allow(double seconds) {
    if (is_url_)
        deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

std::string StreamReader::reason(int number) const {
    if (number == AVERROR_EXIT && stop_) return "stopped";
    if (Clock::now() > deadline_) return "no answer in time";
    return ffmpeg::error_text(number);
}

void StreamReader::open_input(const VideoSourceOptions& options) {
    const std::string shown = without_password(source_);
    // rtsp and its like have no end; http may be a camera or a file on a server.
    const bool streams = starts_with_any(source_, {"rtsp", "rtmp", "rtp:", "udp:", "tcp:", "srt:", "mms"});
    ffmpeg::Dictionary settings;
    if (is_url_) {
        settings.set("rtsp_transport", options.transport);
        settings.set("analyzeduration", kLiveAnalysis);
        settings.set("fpsprobesize", "2");
        if (streams) settings.set("fflags", "nobuffer");
    }
    input_ = avformat_alloc_context();
    if (!input_) throw std::bad_alloc();
    input_->interrupt_callback = {&StreamReader::interrupted, this};
    allow(options.open_timeout_s);
    // "file:" keeps FFmpeg from reading a meaning into a path with colons.
    const std::string address = is_url_ ? source_ : "file:" + source_;
    int result = avformat_open_input(&input_, address.c_str(), nullptr, settings.get());
    if (result < 0) fail(ErrorCode::io, "VideoSource: cannot open {}: {}", shown, reason(result));
    result = avformat_find_stream_info(input_, nullptr);
    if (result < 0) fail(ErrorCode::io, "VideoSource: cannot read {}: {}", shown, reason(result));
    const int index = av_find_best_stream(input_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (index < 0) fail(ErrorCode::io, "VideoSource: there is no video in {}", shown);
    for (unsigned i = 0; i < input_->nb_streams; ++i)
        if (static_cast<int>(i) != index) input_->streams[i]->discard = AVDISCARD_ALL;
    stream_ = input_->streams[index];
    has_times_ = (input_->iformat->flags & AVFMT_NOTIMESTAMPS) == 0;
    properties_.is_live = is_url_ && (streams || !has_an_end());
}

/// Whether an http address leads to something that is whole: with a duration, or a file with a size (not a playlist).
bool StreamReader::has_an_end() const {
    if (input_->duration != AV_NOPTS_VALUE) return true;
    const bool playlist = std::strstr(input_->iformat->name, "hls") || std::strstr(input_->iformat->name, "dash");
    return !playlist && input_->pb && avio_size(input_->pb) > 0;
}

void StreamReader::open_decoder() {
    const std::string shown = without_password(source_);
    const AVCodecParameters& parameters = *stream_->codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (!codec) {
        fail(ErrorCode::unsupported, "VideoSource: FFmpeg has no decoder for the {} video of {}",
             avcodec_get_name(parameters.codec_id), shown);
    }
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_) throw std::bad_alloc();
    avcodec_parameters_to_context(decoder_.get(), &parameters);
    decoder_->pkt_timebase = stream_->time_base;
    decoder_->thread_count = std::min(num_threads(), 4);
    // Frame threads hold as many pictures back as there are threads.
    decoder_->thread_type = properties_.is_live ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
    const int result = avcodec_open2(decoder_.get(), codec, nullptr);
    if (result < 0) fail(ErrorCode::io, "VideoSource: cannot decode {}: {}", shown, reason(result));

    quarter_turns_ = turns_of(*stream_);
    properties_.height = quarter_turns_ % 2 ? parameters.width : parameters.height;
    properties_.width = quarter_turns_ % 2 ? parameters.height : parameters.width;
    const AVRational rate = av_guess_frame_rate(input_, stream_, nullptr);
    if (has_times_ && rate.num > 0 && rate.den > 0) properties_.fps = av_q2d(rate);
    if (properties_.is_live) return;
    if (stream_->nb_frames > 0) {
        properties_.frame_count = stream_->nb_frames;
    } else if (input_->duration > 0 && stream_->avg_frame_rate.num > 0) {
        properties_.frame_count =
            std::llround(static_cast<double>(input_->duration) / AV_TIME_BASE * av_q2d(stream_->avg_frame_rate));
    }
}

void StreamReader::note_damage(int number) {
    health_.error(fmt::format("{}: a part after {} pictures cannot be decoded: {}", source_, number_,
                              ffmpeg::error_text(number)));
}

/// A file that was cut off may end as if it were whole; its header knows better. It counts pictures that are not shown
/// too, of which there are few.
void StreamReader::note_early_end() {
    const std::int64_t promised = stream_->nb_frames;
    if (number_ * 20 < promised * 19)
        health_.error(fmt::format("{}: ends after {} of {} pictures", source_, number_, promised));
}

bool StreamReader::feed() {
    while (!stop_) {
        const int result = av_read_frame(input_, packet_.get());
        if (result == AVERROR_EOF || (result == AVERROR_EXIT && stop_)) return false;
        if (result == AVERROR(EAGAIN)) continue;
        if (result < 0) {
            fail(ErrorCode::io, "VideoSource: {} breaks off after {} pictures: {}", without_password(source_), number_,
                 reason(result));
        }
        const bool ours = packet_->stream_index == stream_->index;
        const int sent = ours ? avcodec_send_packet(decoder_.get(), packet_.get()) : 0;
        av_packet_unref(packet_.get());
        if (sent < 0) {
            note_damage(sent);
        } else if (ours) {
            return true;
        }
    }
    return false;
}

std::optional<RawFrame> StreamReader::next() {
    allow(read_timeout_s_);
    while (!stop_) {
        const int result = avcodec_receive_frame(decoder_.get(), frame_.get());
        if (result >= 0) return make_frame();
        if (result == AVERROR_EOF) {
            note_early_end();
            return std::nullopt;
        }
        if (result != AVERROR(EAGAIN)) note_damage(result);
        // At the end the decoder gives what it has held back.
        if (!feed() && !stop_) avcodec_send_packet(decoder_.get(), nullptr);
    }
    return std::nullopt;
}

RawFrame StreamReader::make_frame() {
    RawFrame raw;
    raw.image = converter_.convert(*frame_);
    if (quarter_turns_ > 0) raw.image = turned(raw.image, quarter_turns_);
    raw.number = number_++;
    const std::int64_t time = frame_->best_effort_timestamp;
    if (has_times_ && time != AV_NOPTS_VALUE) {
        if (first_time_ == AV_NOPTS_VALUE) first_time_ = time;
        raw.time_s = static_cast<double>(time - first_time_) * av_q2d(stream_->time_base);
    }
    av_frame_unref(frame_.get());
    return raw;
}

}  // namespace emotion
