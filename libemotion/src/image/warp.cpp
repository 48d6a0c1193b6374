#include <algorithm>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "image/normalize.hpp"
#include "image/sampling.hpp"

namespace emotion {
namespace {

/// Four floats that the compiler keeps in one register: a colour pixel with one lane to spare.
using Lanes [[gnu::vector_size(16)]] = float;

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

/// Which pixels the crop reads, clipped to the picture (at least one), one more each way for the interpolation.
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
    int margin = tile.reduction;
    tile.x = to_range(std::floor(left) - margin, 0, image.width - 1);
    tile.y = to_range(std::floor(top) - margin, 0, image.height - 1);
    int end_x = to_range(std::ceil(right) + margin, tile.x + 1, image.width);
    int end_y = to_range(std::ceil(bottom) + margin, tile.y + 1, image.height);
    tile.width = (end_x - tile.x + tile.reduction - 1) / tile.reduction;
    tile.height = (end_y - tile.y + tile.reduction - 1) / tile.reduction;
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

/// Averages the pixels of each cell and brings them to the channels asked for.
template <class Value>
void fill_tile(const ImageView& image, PixelFormat format, Tile<Value>& tile) {
    int source_channels = channels(image.format), factor = tile.reduction;
    int pixels = std::min(tile.width * factor, image.width - tile.x);
    std::ptrdiff_t count = static_cast<std::ptrdiff_t>(pixels) * source_channels;
    std::vector<std::uint16_t> sums(static_cast<std::size_t>(tile.width) * static_cast<std::size_t>(factor) *
                                    static_cast<std::size_t>(source_channels));
    tile.cells.resize(static_cast<std::size_t>(tile.width) * static_cast<std::size_t>(tile.height));
    float share = 1.0f / (static_cast<float>(factor) * static_cast<float>(factor));
    for (int y = 0; y < tile.height; ++y) {
        std::fill(sums.begin(), sums.end(), std::uint16_t{0});
        for (int i = 0; i < factor; ++i) {
            int row = std::min(tile.y + y * factor + i, image.height - 1);
            add_row(image.row(row) + static_cast<std::ptrdiff_t>(tile.x) * source_channels, count, sums.data());
        }
        // A last cell that reaches beyond the picture sees its edge repeated.
        for (auto i = static_cast<std::size_t>(count); i < sums.size(); ++i) {
            sums[i] = sums[i - static_cast<std::size_t>(source_channels)];
        }
        const std::uint16_t* sum = sums.data();
        for (int x = 0; x < tile.width; ++x) {
            std::uint32_t total[3] = {0, 0, 0};
            for (int i = 0; i < factor; ++i) {
                for (int c = 0; c < source_channels; ++c) total[c] += *sum++;
            }
            float mean[3];
            for (int c = 0; c < 3; ++c) mean[c] = static_cast<float>(total[c]) * share;
            set_cell(tile.cells[static_cast<std::size_t>(y) * static_cast<std::size_t>(tile.width) +
                                static_cast<std::size_t>(x)],
                     mean, image.format, format);
        }
    }
}

float clamped(float value, float high) noexcept {
    return value > 0 ? (value < high ? value : high) : 0.0f;
}

/// Bilinear between cell centres; (x, y) counts cells from the centre of the first. Edge cells repeat.
template <class Value>
Value interpolate(const Tile<Value>& tile, float x, float y) noexcept {
    x = clamped(x, static_cast<float>(tile.width - 1));
    y = clamped(y, static_cast<float>(tile.height - 1));
    int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    int step_x = x0 + 1 < tile.width ? 1 : 0, step_y = y0 + 1 < tile.height ? tile.width : 0;
    const Value* cell = tile.cells.data() + static_cast<std::ptrdiff_t>(y0) * tile.width + x0;
    float fx = x - static_cast<float>(x0), fy = y - static_cast<float>(y0);
    Value top = cell[0] + (cell[step_x] - cell[0]) * fx;
    Value below = cell[step_y] + (cell[step_y + step_x] - cell[step_y]) * fx;
    return top + (below - top) * fy;
}

/// Calls put(x, y, value) for each pixel of the crop: the mean of samples * samples points of the tile.
///
/// With `shrink` px of the picture to one of the crop, cells of half a crop pixel are averaged exactly first; the two
/// or three points left each way then lie at most a cell apart, so that every pixel counts and about the same.
template <class Value, class Put>
void sample(const ImageView& image, const Similarity& crop_from_image, int height, int width, PixelFormat format,
            Put&& put) {
    Similarity image_from_crop = crop_from_image.inverse();
    double shrink = image_from_crop.scale();
    Tile<Value> tile;
    tile.reduction = to_range(shrink / 2 + 1e-3, 1, kMaxReduction);
    place_tile(image, image_from_crop, height, width, tile);
    fill_tile(image, format, tile);

    int samples = to_range(std::ceil(shrink / tile.reduction - 1e-3), 1, 64);
    double cells = 1.0 / tile.reduction;
    double a = image_from_crop.a * cells / samples, b = image_from_crop.b * cells / samples;
    double tx = (image_from_crop.tx - tile.x) * cells - 0.5, ty = (image_from_crop.ty - tile.y) * cells - 0.5;
    float share = 1.0f / static_cast<float>(samples * samples);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            Value sum{};
            for (int i = 0; i < samples; ++i) {
                double u = x * samples + 0.5, v = y * samples + i + 0.5;
                double tile_x = a * u - b * v + tx, tile_y = b * u + a * v + ty;
                for (int j = 0; j < samples; ++j) {
                    sum += interpolate(tile, static_cast<float>(tile_x), static_cast<float>(tile_y));
                    tile_x += a;
                    tile_y += b;
                }
            }
            put(x, y, sum * share);
        }
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
