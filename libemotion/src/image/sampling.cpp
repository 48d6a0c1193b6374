#include "image/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"
#include "image/area_resize.hpp"
#include "image/for_rows.hpp"
#include "image/lanes.hpp"
#include "image/mat.hpp"
#include "image/normalize.hpp"

namespace emotion {
namespace {

/// Rows that are converted at once, so that the pixels between two steps stay in the nearest cache.
constexpr std::ptrdiff_t kBlockBytes = 1 << 14;
/// Below this many values a second thread costs more than it saves.
constexpr std::ptrdiff_t kValuesForThreads = 1 << 18;

template <class Value>
EMOTION_INLINE void normalize_row_body(const Value* __restrict in, std::ptrdiff_t count, const ChannelPattern& pattern,
                                       float* __restrict out) {
    constexpr int kPeriod = ChannelPattern::kPeriod;
    const float* mean = pattern.mean.data();
    const float* scale = pattern.scale.data();
    std::ptrdiff_t i = 0;
    for (; i + kPeriod <= count; i += kPeriod) {
        for (int k = 0; k < kPeriod; ++k) out[i + k] = (static_cast<float>(in[i + k]) - mean[k]) * scale[k];
    }
    for (int k = 0; i < count; ++i, ++k) out[i] = (static_cast<float>(in[i]) - mean[k]) * scale[k];
}

#if defined(EMOTION_AVX2)
EMOTION_AVX2 void normalize_row_avx2(const std::uint8_t* in, std::ptrdiff_t count, const ChannelPattern& pattern,
                                     float* out) {
    normalize_row_body(in, count, pattern, out);
}
#endif

void normalize_row(const std::uint8_t* in, std::ptrdiff_t count, const ChannelPattern& pattern, float* out) {
#if defined(EMOTION_AVX2)
    if (has_avx2()) return normalize_row_avx2(in, count, pattern, out);
#endif
    normalize_row_body(in, count, pattern, out);
}

/// The same for a row of floats in the channels of `from`.
void normalize_floats(const float* in, int width, PixelFormat from, PixelFormat to, const ChannelPattern& pattern,
                      float* out) {
    const auto& mean = pattern.mean;
    const auto& scale = pattern.scale;
    if (from == to) {
        normalize_row_body(in, static_cast<std::ptrdiff_t>(width) * channels(to), pattern, out);
    } else if (to == PixelFormat::gray8) {
        int red = from == PixelFormat::rgb8 ? 0 : 2;
        for (int x = 0; x < width; ++x, in += 3) {
            float gray = 0.299f * in[red] + 0.587f * in[1] + 0.114f * in[2 - red];
            out[x] = (gray - mean[0]) * scale[0];
        }
    } else {
        int step = channels(from), first = from == PixelFormat::gray8 ? 0 : 2, middle = first / 2;
        for (int x = 0; x < width; ++x, in += step, out += 3) {
            out[0] = (in[first] - mean[0]) * scale[0];
            out[1] = (in[middle] - mean[1]) * scale[1];
            out[2] = (in[0] - mean[2]) * scale[2];
        }
    }
}

/// Converts and normalises rows [first, last): a block of rows at a time where the channels change, else in one pass.
void normalize_rows(const ImageView& image, int first, int last, const PixelTransform& transform,
                    const ChannelPattern& pattern, float* out, std::ptrdiff_t row_floats) {
    std::ptrdiff_t row_values = static_cast<std::ptrdiff_t>(image.width) * channels(transform.format);
    if (image.format == transform.format) {
        for (int y = first; y < last; ++y) normalize_row(image.row(y), row_values, pattern, out + y * row_floats);
        return;
    }
    auto block_rows = static_cast<int>(std::clamp<std::ptrdiff_t>(kBlockBytes / row_values, 1, 256));
    cv::Mat block;
    for (int y = first; y < last; y += block_rows) {
        int count = std::min(block_rows, last - y);
        cv::cvtColor(as_mat(image.part(0, y, image.width, count)), block,
                     color_conversion(image.format, transform.format));
        for (int i = 0; i < count; ++i) {
            normalize_row(block.ptr<std::uint8_t>(i), row_values, pattern, out + (y + i) * row_floats);
        }
    }
}

void normalize_into(const ImageView& image, const PixelTransform& transform, float* out, std::ptrdiff_t row_floats) {
    ChannelPattern pattern(transform);
    std::ptrdiff_t values = static_cast<std::ptrdiff_t>(image.width) * image.height * channels(transform.format);
    for_rows(image.height, values >= kValuesForThreads, [&](const cv::Range& rows) {
        normalize_rows(image, rows.start, rows.end, transform, pattern, out, row_floats);
    });
}

}  // namespace

ChannelPattern::ChannelPattern(const PixelTransform& transform) {
    const auto count = static_cast<std::size_t>(channels(transform.format));
    for (std::size_t i = 0; i < kPeriod; ++i) {
        mean[i] = transform.mean[i % count];
        scale[i] = transform.scale[i % count];
    }
}

RowTransform::RowTransform(const PixelTransform& transform) : transform_(transform), pattern_(transform) {
    require(!transform.per_image, "RowTransform: per_image needs the whole picture, not a row of it");
}

void RowTransform::write(const ImageView& image, int y, float* out) const {
    calling_opencv("RowTransform", [&] { normalize_rows(image, y, y + 1, transform_, pattern_, out, 0); });
}

void normalize_per_image(float* values, std::ptrdiff_t rows, std::ptrdiff_t row_values, std::ptrdiff_t row_floats) {
    double sum = 0;
    for (std::ptrdiff_t y = 0; y < rows; ++y) {
        for (std::ptrdiff_t i = 0; i < row_values; ++i) sum += static_cast<double>(values[y * row_floats + i]);
    }
    double mean = sum / static_cast<double>(rows * row_values), squares = 0;
    for (std::ptrdiff_t y = 0; y < rows; ++y) {
        for (std::ptrdiff_t i = 0; i < row_values; ++i) {
            double difference = static_cast<double>(values[y * row_floats + i]) - mean;
            squares += difference * difference;
        }
    }
    double deviation = std::max(std::sqrt(squares / static_cast<double>(rows * row_values)), 1e-3);
    for (std::ptrdiff_t y = 0; y < rows; ++y) {
        for (std::ptrdiff_t i = 0; i < row_values; ++i) {
            float& value = values[y * row_floats + i];
            value = static_cast<float>((static_cast<double>(value) - mean) / deviation);
        }
    }
}

void resize_into(const ImageView& image, int height, int width, const PixelTransform& transform, float* out,
                 std::ptrdiff_t row_floats) {
    image.validate("resize_into");
    std::ptrdiff_t row_values = static_cast<std::ptrdiff_t>(width) * channels(transform.format);
    require(height >= 1 && width >= 1, "resize_into: both sides must be at least 1 px, got {} x {}", width, height);
    require(row_floats >= row_values, "resize_into: row_floats must be at least {}, got {}", row_values, row_floats);
    calling_opencv("resize_into", [&] {
        if (image.height == height && image.width == width) {
            normalize_into(image, transform, out, row_floats);
            return;
        }
        if (wants_area_resize(image, height, width)) {
            ChannelPattern pattern(transform);
            area_resize(image, height, width, [&](int y, const float* pixels) {
                normalize_floats(pixels, width, image.format, transform.format, pattern, out + y * row_floats);
            });
            return;
        }
        // Kept from call to call: fresh pages for each frame cost more than the resizing.
        thread_local std::vector<std::uint8_t> memory;
        memory.resize(static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
                      static_cast<std::size_t>(channels(image.format)));
        ImageView resized{memory.data(), height, width, image.format,
                          static_cast<std::ptrdiff_t>(width) * channels(image.format)};
        cv::Mat target = as_mat(resized);
        resize_pixels(image, target);
        normalize_into(resized, transform, out, row_floats);
    });
    if (transform.per_image) normalize_per_image(out, height, row_values, row_floats);
}

}  // namespace emotion
