#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "image/lanes.hpp"
#include "image/normalize.hpp"
#include "image/sampling.hpp"

namespace emotion {
namespace {

/// The part of a picture that a crop reads, reduced by a whole factor: `cells` has height * width values.
template <class Value>
struct Tile {
    int x = 0;          ///< px of the picture
    int y = 0;          ///< px of the picture
    int reduction = 1;  ///< px of the picture in one cell, each way
    int width = 0;      ///< cells
    int height = 0;     ///< cells
    std::vector<Value> cells;
};

/// `value` as a whole number in [low, high]; low where it is not a number.
int to_range(double value, int low, int high) noexcept {
    return value > low ? (value < high ? static_cast<int>(value) : high) : low;
}

/// Which cells the crop reads, one more each way for the interpolation; clipped one cell beyond the picture, where only
/// the edge repeats.
template <class Value>
void place_tile(const ImageView& image, const Similarity& image_from_crop, int height, int width, Tile<Value>& tile) {
    double left = 1e30, top = 1e30, right = -1e30, bottom = -1e30;
    for (int corner = 0; corner < 4; ++corner) {
        double cx = corner % 2 ? width : 0, cy = corner / 2 ? height : 0;
        double x = image_from_crop.a * cx - image_from_crop.b * cy + image_from_crop.tx;
        double y = image_from_crop.b * cx + image_from_crop.a * cy + image_from_crop.ty;
        left = std::min(left, x);
        right = std::max(right, x);
        top = std::min(top, y);
        bottom = std::max(bottom, y);
    }
    int cell = tile.reduction;
    tile.x = to_range(std::floor(left) - cell, -cell, image.width - 1);
    tile.y = to_range(std::floor(top) - cell, -cell, image.height - 1);
    int end_x = to_range(std::ceil(right) + cell, tile.x + 1, image.width + cell);
    int end_y = to_range(std::ceil(bottom) + cell, tile.y + 1, image.height + cell);
    tile.width = (end_x - tile.x + cell - 1) / cell;
    tile.height = (end_y - tile.y + cell - 1) / cell;
}

/// Sums of `count` bytes are added up in 16 bits: no more than 257 rows of 255 fit.
constexpr int kMaxReduction = 256;

void add_row(const std::uint8_t* __restrict row, std::ptrdiff_t count, std::uint16_t* __restrict sums) {
    for (std::ptrdiff_t i = 0; i < count; ++i) sums[i] = static_cast<std::uint16_t>(sums[i] + row[i]);
}

void set_cell(float& cell, const float* source, PixelFormat from, PixelFormat) {
    if (from == PixelFormat::gray8) {
        cell = source[0];
    } else {
        int red = from == PixelFormat::rgb8 ? 0 : 2;
        cell = 0.299f * source[red] + 0.587f * source[1] + 0.114f * source[2 - red];
    }
}

void set_cell(Lanes& cell, const float* source, PixelFormat from, PixelFormat to) {
    if (from == PixelFormat::gray8) {
        cell = Lanes{source[0], source[0], source[0], 0};
    } else if (from == to) {
        cell = Lanes{source[0], source[1], source[2], 0};
    } else {
        cell = Lanes{source[2], source[1], source[0], 0};
    }
}

/// One row of cells from the column sums of its pixels.
template <int kChannels, class Value>
void average_row(const std::uint16_t* sum, int factor, PixelFormat from, PixelFormat to, int width, Value* cells) {
    float share = 1.0f / (static_cast<float>(factor) * static_cast<float>(factor));
    for (int x = 0; x < width; ++x) {
        std::uint32_t total[kChannels] = {};
        for (int i = 0; i < factor; ++i) {
            for (int c = 0; c < kChannels; ++c) total[c] += sum[c];
            sum += kChannels;
        }
        float mean[3] = {};
        for (int c = 0; c < kChannels; ++c) mean[c] = static_cast<float>(static_cast<int>(total[c])) * share;
        set_cell(cells[x], mean, from, to);
    }
}

/// The sums of `rows` rows from row `y` on, for the columns of the tile; beyond the picture its edge pixels count
/// again.
void sum_rows(const ImageView& image, int x, int y, int rows, int columns, std::vector<std::uint16_t>& sums) {
    int channel_count = channels(image.format);
    int first = std::clamp(x, 0, image.width - 1), last = std::clamp(x + columns, first + 1, image.width);
    auto begin = static_cast<std::size_t>(first - x) * static_cast<std::size_t>(channel_count);
    auto count = static_cast<std::size_t>(last - first) * static_cast<std::size_t>(channel_count);
    auto all = static_cast<std::size_t>(columns) * static_cast<std::size_t>(channel_count);
    sums.assign(std::max(all, begin + count), std::uint16_t{0});
    for (int i = 0; i < rows; ++i) {
        int row = std::clamp(y + i, 0, image.height - 1);
        add_row(image.row(row) + static_cast<std::ptrdiff_t>(first) * channel_count, static_cast<std::ptrdiff_t>(count),
                sums.data() + begin);
    }
    for (std::size_t i = begin; i-- > 0;) sums[i] = sums[i + static_cast<std::size_t>(channel_count)];
    for (std::size_t i = begin + count; i < all; ++i) sums[i] = sums[i - static_cast<std::size_t>(channel_count)];
}

/// Averages the pixels of each cell and brings them to the channels asked for.
template <class Value>
void fill_tile(const ImageView& image, PixelFormat format, Tile<Value>& tile) {
    int factor = tile.reduction;
    std::vector<std::uint16_t> sums;
    tile.cells.resize(static_cast<std::size_t>(tile.width) * static_cast<std::size_t>(tile.height));
    for (int y = 0; y < tile.height; ++y) {
        sum_rows(image, tile.x, tile.y + y * factor, factor, tile.width * factor, sums);
        Value* cells = tile.cells.data() + static_cast<std::ptrdiff_t>(y) * tile.width;
        if (channels(image.format) == 1) {
            average_row<1>(sums.data(), factor, image.format, format, tile.width, cells);
        } else {
            average_row<3>(sums.data(), factor, image.format, format, tile.width, cells);
        }
    }
}

float clamped(float value, float high) noexcept {
    return value > 0 ? (value < high ? value : high) : 0.0f;
}

/// Bilinear between cell centres; (x, y) counts cells from the centre of the first. Edge cells repeat; where the caller
/// knows that the four cells exist, nothing is asked.
template <bool kInside, class Value>
inline Value interpolate(const Tile<Value>& tile, float x, float y) noexcept {
    if constexpr (!kInside) {
        x = clamped(x, static_cast<float>(tile.width - 1));
        y = clamped(y, static_cast<float>(tile.height - 1));
    }
    int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    int step_x = kInside || x0 + 1 < tile.width ? 1 : 0, step_y = kInside || y0 + 1 < tile.height ? tile.width : 0;
    const Value* cell = tile.cells.data() + static_cast<std::ptrdiff_t>(y0) * tile.width + x0;
    float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
    Value top = cell[0] + (cell[step_x] - cell[0]) * fx;
    Value below = cell[step_y] + (cell[step_y + step_x] - cell[step_y]) * fx;
    return top + (below - top) * fy;
}

/// The way from a sample's number to its place in the tile, in cells from the centre of the first one.
struct Grid {
    double a = 1;
    double b = 0;
    double tx = 0;
    double ty = 0;
    int samples = 1;  ///< to a crop pixel, each way

    double x(double u, double v) const noexcept { return a * u - b * v + tx; }
    double y(double u, double v) const noexcept { return b * u + a * v + ty; }
    /// Whether all samples of the crop lie between the centres of the tile's first and last cells.
    bool inside(int crop_height, int crop_width, int tile_height, int tile_width) const noexcept {
        double right = crop_width * samples, bottom = crop_height * samples;
        for (int corner = 0; corner < 4; ++corner) {
            double u = corner % 2 ? right : 0, v = corner / 2 ? bottom : 0;
            bool holds = x(u, v) >= 0 && y(u, v) >= 0 && x(u, v) < tile_width - 1.001 && y(u, v) < tile_height - 1.001;
            if (!holds) return false;
        }
        return true;
    }
};

/// Calls put(x, y, mean of the pixel's samples) for each pixel of the crop.
template <bool kInside, class Value, class Put>
void sample_grid(const Tile<Value>& tile, const Grid& grid, int height, int width, Put&& put) {
    auto step_x = static_cast<float>(grid.a), step_y = static_cast<float>(grid.b);
    float share = 1.0f / static_cast<float>(grid.samples * grid.samples);
    std::vector<Value> sums(static_cast<std::size_t>(width));
    for (int y = 0; y < height; ++y) {
        std::fill(sums.begin(), sums.end(), Value{});
        for (int i = 0; i < grid.samples; ++i) {
            double v = y * grid.samples + i + 0.5;
            auto start_x = static_cast<float>(grid.x(0.5, v)), start_y = static_cast<float>(grid.y(0.5, v));
            int column = 0;
            for (Value& sum : sums) {
                for (int j = 0; j < grid.samples; ++j, ++column) {
                    auto u = static_cast<float>(column);
                    sum += interpolate<kInside>(tile, start_x + step_x * u, start_y + step_y * u);
                }
            }
        }
        for (int x = 0; x < width; ++x) put(x, y, sums[static_cast<std::size_t>(x)] * share);
    }
}

/// Calls put(x, y, value) for each pixel of the crop.
///
/// With `shrink` px of the picture to one of the crop, cells of about half a crop pixel are averaged exactly first; the
/// two or three samples left each way then lie at most a cell apart, so that every pixel counts and about the same.
template <class Value, class Put>
void sample(const ImageView& image, const Similarity& crop_from_image, int height, int width, PixelFormat format,
            Put&& put) {
    Similarity image_from_crop = crop_from_image.inverse();
    double shrink = image_from_crop.scale();
    Tile<Value> tile;
    tile.reduction = to_range(shrink / 1.5 + 1e-3, 1, kMaxReduction);
    place_tile(image, image_from_crop, height, width, tile);
    fill_tile(image, format, tile);

    Grid grid;
    grid.samples = to_range(std::ceil(shrink / tile.reduction - 1e-3), 1, 64);
    double cells = 1.0 / tile.reduction;
    grid.a = image_from_crop.a * cells / grid.samples;
    grid.b = image_from_crop.b * cells / grid.samples;
    grid.tx = (image_from_crop.tx - tile.x) * cells - 0.5;
    grid.ty = (image_from_crop.ty - tile.y) * cells - 0.5;
    if (grid.inside(height, width, tile.height, tile.width)) {
        sample_grid<true>(tile, grid, height, width, put);
    } else {
        sample_grid<false>(tile, grid, height, width, put);
    }
}

void check_crop(const char* who, const ImageView& image, const Similarity& crop_from_image, int height, int width) {
    image.validate(who);
    require(height >= 1 && width >= 1, "{}: both sides must be at least 1 px, got {} x {}", who, width, height);
    require(std::isfinite(crop_from_image.a) && std::isfinite(crop_from_image.b) && std::isfinite(crop_from_image.tx) &&
                std::isfinite(crop_from_image.ty),
            "{}: crop_from_image must be finite", who);
}

}  // namespace

void warp_into(const ImageView& image, const Similarity& crop_from_image, int height, int width,
               const PixelTransform& transform, float* out) {
    check_crop("warp_into", image, crop_from_image, height, width);
    if (transform.format == PixelFormat::gray8) {
        sample<float>(image, crop_from_image, height, width, transform.format, [&](int x, int y, float value) {
            out[static_cast<std::ptrdiff_t>(y) * width + x] = (value - transform.mean[0]) * transform.scale[0];
        });
    } else {
        Lanes mean{transform.mean[0], transform.mean[1], transform.mean[2], 0};
        Lanes scale{transform.scale[0], transform.scale[1], transform.scale[2], 0};
        sample<Lanes>(image, crop_from_image, height, width, transform.format, [&](int x, int y, Lanes value) {
            value = (value - mean) * scale;
            float* pixel = out + (static_cast<std::ptrdiff_t>(y) * width + x) * 3;
            for (int c = 0; c < 3; ++c) pixel[c] = value[c];
        });
    }
    if (transform.per_image) {
        std::ptrdiff_t row_values = static_cast<std::ptrdiff_t>(width) * channels(transform.format);
        normalize_per_image(out, height, row_values, row_values);
    }
}

Image warp(const ImageView& image, const Similarity& crop_from_image, int height, int width) {
    check_crop("warp", image, crop_from_image, height, width);
    Image out(height, width, image.format);
    if (image.format == PixelFormat::gray8) {
        sample<float>(image, crop_from_image, height, width, image.format,
                      [&](int x, int y, float value) { out.row(y)[x] = static_cast<std::uint8_t>(value + 0.5f); });
    } else {
        sample<Lanes>(image, crop_from_image, height, width, image.format, [&](int x, int y, Lanes value) {
            for (int c = 0; c < 3; ++c) out.row(y)[x * 3 + c] = static_cast<std::uint8_t>(value[c] + 0.5f);
        });
    }
    return out;
}

}  // namespace emotion
