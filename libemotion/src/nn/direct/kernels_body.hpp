// The loops themselves, for the vector width that the including file asks for:
//   EMOTION_WIDTH   floats in a vector
//   EMOTION_PIXELS  pixels whose sums a convolution keeps in registers, with two vectors each
// Everything is in an unnamed namespace: each including file gets its own copy, for its own instructions.
#include "nn/direct/kernels.hpp"

namespace emotion::nn::direct {
namespace {

constexpr int kWidth = EMOTION_WIDTH;
constexpr int kPixels = EMOTION_PIXELS;

typedef float Vec __attribute__((vector_size(4 * EMOTION_WIDTH), aligned(4), may_alias));
// The same in registers: an unaligned type makes the compiler go through memory.
typedef float Reg __attribute__((vector_size(4 * EMOTION_WIDTH)));

inline Reg load(const float* from) {
    return *reinterpret_cast<const Vec*>(from);
}
inline void store(float* to, Reg value) {
    *reinterpret_cast<Vec*>(to) = value;
}
inline Reg maximum(Reg a, Reg b) {
    return a > b ? a : b;
}
/// For slopes up to 1.
inline Reg activate(Reg x, Reg slope) {
    return maximum(x, x * slope);
}

enum class Addition { none, before, after };

/// A sum with its bias, the added value and the activation.
template <Addition addition>
inline Reg finished(Reg value, Reg other, Reg slope) {
    if (addition == Addition::before) value += other;
    value = activate(value, slope);
    if (addition == Addition::after) value += other;
    return value;
}

template <int Pixels, int Vectors, Addition addition>
inline void finish_tile(const ConvRow& row, int first, const Reg (&sums)[Pixels][Vectors]) {
    const Finish& finish = row.finish;
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
        const Reg bias = load(finish.bias + v * kWidth);
        const Reg slope = load(finish.slope + v * kWidth);
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p) {
            Reg other = {};
            if (addition != Addition::none) {
                const int pixel = finish.added_pixels ? finish.added_pixels[first + p] : first + p;
                other = load(finish.added + pixel * finish.added_step + v * kWidth);
            }
            store(row.out + (first + p) * row.out_step + v * kWidth,
                  finished<addition>(sums[p][v] + bias, other, slope));
        }
    }
}

template <int Pixels, int Vectors>
inline void store_tile(const ConvRow& row, int first, const Reg (&sums)[Pixels][Vectors]) {
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) store(row.out + (first + p) * row.out_step + v * kWidth, sums[p][v]);
}

/// The sums of Pixels x Vectors stay in registers over the whole of the input.
template <int Pixels, int Vectors>
__attribute__((noinline)) void conv_tile(const ConvRow& row, int first) {
    Reg sums[Pixels][Vectors];
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) sums[p][v] = Reg{};
    const float* weights = row.weights;
    for (int r = 0; r < row.run_count; ++r) {
        const float* in = row.runs[r] + first * row.in_step;
        const std::int64_t step = row.in_step;
#pragma GCC unroll 2
        for (int k = 0; k < row.run_length; ++k) {
            Reg w[Vectors];
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v) w[v] = load(weights + v * kWidth);
#pragma GCC unroll 16
            for (int p = 0; p < Pixels; ++p) {
                const float x = in[p * step + k];
#pragma GCC unroll 4
                for (int v = 0; v < Vectors; ++v) sums[p][v] += x * w[v];
            }
            weights += Vectors * kWidth;
        }
    }
    if (!row.finish.bias)
        store_tile<Pixels, Vectors>(row, first, sums);
    else if (!row.finish.added)
        finish_tile<Pixels, Vectors, Addition::none>(row, first, sums);
    else if (row.finish.added_first)
        finish_tile<Pixels, Vectors, Addition::before>(row, first, sums);
    else
        finish_tile<Pixels, Vectors, Addition::after>(row, first, sums);
}

using Tile = void (*)(const ConvRow& row, int first);

template <int Vectors, int... Pixels>
struct Tiles {
    static constexpr Tile table[] = {conv_tile<Pixels, Vectors>...};
    static constexpr int count = sizeof...(Pixels);

    /// Cuts the row into tiles of nearly equal size.
    static void run(const ConvRow& row) {
        const int tiles = (row.pixels + count - 1) / count;
        const int size = row.pixels / tiles;
        const int larger = row.pixels % tiles;
        int first = 0;
        for (int i = 0; i < tiles; ++i) {
            const int pixels = size + (i < larger ? 1 : 0);
            table[pixels - 1](row, first);
            first += pixels;
        }
    }
};

#if EMOTION_PIXELS == 12
using Single = Tiles<1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>;
using Double = Tiles<2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12>;
using Triple = Tiles<3, 1, 2, 3, 4, 5, 6, 7, 8>;
#else
using Single = Tiles<1, 1, 2, 3, 4, 5, 6, 7, 8>;
using Double = Tiles<2, 1, 2, 3, 4, 5, 6>;
using Triple = Tiles<3, 1, 2, 3, 4>;
#endif

void conv_row(const ConvRow& row) {
    if (row.vectors == 3)
        Triple::run(row);
    else if (row.vectors == 2)
        Double::run(row);
    else
        Single::run(row);
}

/// Three by three: the nine weights stay in registers, each row of the input is read once for four results.
template <int Stride, int Pixels>
inline void depthwise_tile(const DepthwiseRow& row, int channel, int first, const Reg (&weights)[9], Reg bias,
                           Reg slope) {
    Reg sums[Pixels];
#pragma GCC unroll 8
    for (int p = 0; p < Pixels; ++p) sums[p] = bias;
#pragma GCC unroll 3
    for (int y = 0; y < 3; ++y) {
        const float* in = row.rows[y] + channel + static_cast<std::int64_t>(first) * Stride * row.in_step;
#pragma GCC unroll 16
        for (int x = 0; x < (Pixels - 1) * Stride + 3; ++x) {
            const Reg value = load(in + x * row.in_step);
#pragma GCC unroll 8
            for (int p = 0; p < Pixels; ++p)
                if (x - p * Stride >= 0 && x - p * Stride < 3) sums[p] += value * weights[y * 3 + x - p * Stride];
        }
    }
#pragma GCC unroll 8
    for (int p = 0; p < Pixels; ++p) store(row.out + (first + p) * row.out_step + channel, activate(sums[p], slope));
}

/// Pixels whose input, three rows of all channels, stays in half of a first-level cache while the channels are gone
/// through one vector after the other.
int depthwise_segment(const DepthwiseRow& row) {
    constexpr int kFloats = 4096;
    const int pixels = kFloats / (3 * row.channels * row.stride) / 4 * 4;
    return pixels < 8 ? 8 : pixels;
}

template <int Stride>
void depthwise_row_3(const DepthwiseRow& row) {
    const int segment = depthwise_segment(row);
    for (int begin = 0; begin < row.pixels; begin += segment) {
        const int end = begin + segment < row.pixels ? begin + segment : row.pixels;
        for (int c = 0; c < row.channels; c += kWidth) {
            Reg weights[9];
#pragma GCC unroll 9
            for (int i = 0; i < 9; ++i) weights[i] = load(row.weights + i * row.channels + c);
            const Reg bias = load(row.finish.bias + c);
            const Reg slope = load(row.finish.slope + c);
            int x = begin;
            for (; x + 4 <= end; x += 4) depthwise_tile<Stride, 4>(row, c, x, weights, bias, slope);
            for (; x < end; ++x) depthwise_tile<Stride, 1>(row, c, x, weights, bias, slope);
        }
    }
}

void depthwise_row(const DepthwiseRow& row) {
    if (row.kernel == 3 && row.stride == 1) return depthwise_row_3<1>(row);
    if (row.kernel == 3 && row.stride == 2) return depthwise_row_3<2>(row);
    for (int c = 0; c < row.channels; c += kWidth) {
        for (int p = 0; p < row.pixels; ++p) {
            Reg sum = load(row.finish.bias + c);
            for (int y = 0; y < row.kernel; ++y)
                for (int x = 0; x < row.kernel; ++x)
                    sum += load(row.rows[y] + (static_cast<std::int64_t>(p) * row.stride + x) * row.in_step + c) *
                           load(row.weights + (y * row.kernel + x) * row.channels + c);
            store(row.out + p * row.out_step + c, activate(sum, load(row.finish.slope + c)));
        }
    }
}

void add_row(const AddRow& row) {
    const Reg slope = Reg{} + row.slope;
    for (int p = 0; p < row.pixels; ++p) {
        const float* in = row.in + p * row.in_step;
        float* out = row.out + p * row.out_step;
        const float* added = row.added ? row.added + (row.added_pixels ? row.added_pixels[p] : p) * row.added_step : in;
        for (int c = 0; c < row.channels; c += kWidth)
            store(out + c, activate(row.added ? load(in + c) + load(added + c) : load(in + c), slope));
    }
}

void max_row(const MaxRow& row) {
    for (int p = 0; p < row.pixels; ++p) {
        int from = p * row.stride - row.padding;
        int to = from + row.kernel;
        if (from < 0) from = 0;
        if (to > row.in_pixels) to = row.in_pixels;
        for (int c = 0; c < row.channels; c += kWidth) {
            Reg best = load(row.rows[0] + from * row.in_step + c);
            for (int y = 0; y < row.row_count; ++y)
                for (int x = from; x < to; ++x) best = maximum(best, load(row.rows[y] + x * row.in_step + c));
            store(row.out + p * row.out_step + c, best);
        }
    }
}

#include "nn/direct/kernels_winograd.hpp"

}  // namespace
}  // namespace emotion::nn::direct

#define EMOTION_KERNELS(function, text)                                                \
    const emotion::nn::direct::Kernels& emotion::nn::direct::function() {              \
        static constexpr Kernels kernels{text,    kWidth,  conv_row,    depthwise_row, \
                                         add_row, max_row, winograd_in, winograd_out}; \
        return kernels;                                                                \
    }
