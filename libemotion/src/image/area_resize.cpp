#include "image/area_resize.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <opencv2/core.hpp>

#include "image/for_rows.hpp"
#include "image/lanes.hpp"

namespace emotion {
namespace {

/// sums (+)= a * share_a + b * share_b: two rows at once halve the way to memory and back.
template <bool kAdd>
EMOTION_INLINE void weigh_pair(const std::uint8_t* __restrict a, float share_a, const std::uint8_t* __restrict b,
                               float share_b, std::ptrdiff_t count, float* __restrict sums) {
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        float sum = static_cast<float>(a[i]) * share_a + static_cast<float>(b[i]) * share_b;
        sums[i] = kAdd ? sums[i] + sum : sum;
    }
}

/// The weighted sum of `rows` rows, so many values at a time that the sums stay in the nearest cache.
EMOTION_INLINE void weigh_rows_body(const std::uint8_t* first, std::ptrdiff_t stride, const float* shares, int rows,
                                    std::ptrdiff_t count, float* sums) {
    constexpr std::ptrdiff_t kBlock = 2048;
    for (std::ptrdiff_t begin = 0; begin < count; begin += kBlock) {
        std::ptrdiff_t values = std::min(kBlock, count - begin);
        const std::uint8_t* row = first + begin;
        // A row without a partner is its own, with a share of 0.
        for (int r = 0; r < rows; r += 2, row += 2 * stride) {
            bool alone = r + 1 == rows;
            const std::uint8_t* next = alone ? row : row + stride;
            float share = alone ? 0.0f : shares[r + 1];
            if (r == 0) {
                weigh_pair<false>(row, shares[r], next, share, values, sums + begin);
            } else {
                weigh_pair<true>(row, shares[r], next, share, values, sums + begin);
            }
        }
    }
}

#if defined(EMOTION_AVX2)
EMOTION_AVX2 void weigh_rows_avx2(const std::uint8_t* first, std::ptrdiff_t stride, const float* shares, int rows,
                                  std::ptrdiff_t count, float* sums) {
    weigh_rows_body(first, stride, shares, rows, count, sums);
}
#endif

void weigh_rows(const std::uint8_t* first, std::ptrdiff_t stride, const float* shares, int rows, std::ptrdiff_t count,
                float* sums) {
#if defined(EMOTION_AVX2)
    if (has_avx2()) return weigh_rows_avx2(first, stride, shares, rows, count, sums);
#endif
    weigh_rows_body(first, stride, shares, rows, count, sums);
}

void weigh_gray_columns(const AreaAxis& columns, const float* sums, float* pixels) {
    for (const AreaAxis::Span& span : columns.spans) {
        const float* share = columns.shares.data() + span.shares;
        float mean = 0;
        for (int i = 0; i < span.count; ++i) mean += sums[span.first + i] * share[i];
        *pixels++ = mean;
    }
}

/// Reads and writes each pixel as four floats: the fourth is the next pixel's first, or the spare one at the end.
void weigh_color_columns(const AreaAxis& columns, const float* sums, float* pixels) {
    for (const AreaAxis::Span& span : columns.spans) {
        const float* share = columns.shares.data() + span.shares;
        const float* source = sums + static_cast<std::ptrdiff_t>(span.first) * 3;
        Lanes mean{};
        for (int i = 0; i < span.count; ++i, source += 3) {
            Lanes pixel;
            std::memcpy(&pixel, source, sizeof pixel);
            mean += pixel * share[i];
        }
        std::memcpy(pixels, &mean, sizeof mean);
        pixels += 3;
    }
}

/// Below this many source values a second thread costs more than it saves.
constexpr std::ptrdiff_t kValuesForThreads = 1 << 17;

}  // namespace

AreaAxis::AreaAxis(int source, int target) {
    double step = static_cast<double>(source) / target;
    spans.reserve(static_cast<std::size_t>(target));
    for (int i = 0; i < target; ++i) {
        // Exact in whole numbers, so that no sliver of a neighbour comes in by rounding.
        std::int64_t begin = static_cast<std::int64_t>(i) * source, end = begin + source;
        Span span;
        span.first = static_cast<int>(begin / target);
        span.count = static_cast<int>((end + target - 1) / target) - span.first;
        span.shares = shares.size();
        for (int k = 0; k < span.count; ++k) {
            std::int64_t from = std::max(begin, static_cast<std::int64_t>(span.first + k) * target);
            std::int64_t to = std::min(end, static_cast<std::int64_t>(span.first + k + 1) * target);
            shares.push_back(static_cast<float>(static_cast<double>(to - from) / target / step));
        }
        spans.push_back(span);
    }
}

void area_resize(const ImageView& image, int height, int width, const PutRow& put_row) {
    AreaAxis columns(image.width, width), rows(image.height, height);
    int channel_count = channels(image.format);
    std::ptrdiff_t source_values = static_cast<std::ptrdiff_t>(image.width) * channel_count;
    std::ptrdiff_t target_values = static_cast<std::ptrdiff_t>(width) * channel_count;
    auto resize_rows = [&](const cv::Range& range) {
        std::vector<float> sums(static_cast<std::size_t>(source_values) + 1);
        std::vector<float> pixels(static_cast<std::size_t>(target_values) + 1);
        for (int y = range.start; y < range.end; ++y) {
            const AreaAxis::Span& span = rows.spans[static_cast<std::size_t>(y)];
            weigh_rows(image.row(span.first), image.row_stride, rows.shares.data() + span.shares, span.count,
                       source_values, sums.data());
            if (channel_count == 1) {
                weigh_gray_columns(columns, sums.data(), pixels.data());
            } else {
                weigh_color_columns(columns, sums.data(), pixels.data());
            }
            put_row(y, pixels.data());
        }
    };
    for_rows(height, source_values * image.height >= kValuesForThreads, resize_rows);
}

}  // namespace emotion
