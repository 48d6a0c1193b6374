// Winograd's convolutions of a Run.
#include <algorithm>

#include "nn/direct/run.hpp"
#include "nn/direct/winograd.hpp"

namespace emotion::nn::direct {
namespace {

/// What goes into the products of a segment of tiles and comes out: half of a second-level cache of half a megabyte.
constexpr std::int64_t kSegmentFloats = 64 * 1024;
/// Fewer tiles than a kernel has sums for would go through all weights for little.
constexpr std::int64_t kLeastTiles = 6;

/// The tiles of all pictures, one row of tiles after the other.
struct Grid {
    int rows;
    int columns;

    explicit Grid(const Map& out)
        : rows((out.height + kWinogradTile - 1) / kWinogradTile),
          columns((out.width + kWinogradTile - 1) / kWinogradTile) {}
    std::int64_t tiles() const { return static_cast<std::int64_t>(rows) * columns; }
    int picture(std::int64_t tile) const { return static_cast<int>(tile / tiles()); }
    int y(std::int64_t tile) const { return static_cast<int>(tile % tiles() / columns) * kWinogradTile; }
    int x(std::int64_t tile) const { return static_cast<int>(tile % columns) * kWinogradTile; }
};

/// [36][tiles][channels], an odd number of cache lines apart so that the 36 do not fight for the same cache sets.
struct Parts {
    float* data;
    std::int64_t step;
    int channels;

    static std::int64_t step_for(std::int64_t tiles, int channels) {
        constexpr std::int64_t kLine = 16;
        return ((tiles * channels + kLine - 1) / kLine | 1) * kLine;
    }
    float* tile(std::int64_t index) const { return data + index * channels; }
};

/// The pixels of a square of a map, where pixel x of row y is row(y) + step(x), or `outside` for those beyond the map.
template <int Size, class Row, class Step>
void square(const Map& map, int top, int left, float* outside, float** pixels, const Row& row, const Step& step) {
    for (int y = top; y < top + Size; ++y) {
        const bool is_inside = y >= 0 && y < map.height;
        float* const first = is_inside ? row(y) : outside;
        for (int x = left; x < left + Size; ++x)
            *pixels++ = is_inside && x >= 0 && x < map.width ? first + step(x) : outside;
    }
}
template <int Size>
void square(const Map& map, int picture, int top, int left, float* outside, float** pixels) {
    square<Size>(
        map, top, left, outside, pixels, [&](int y) { return map.at(picture, y); },
        [&](int x) { return x * map.pixel; });
}

/// The 36 products of patches and weights.
void multiply(const Kernels& kernels, const Packed& packed, const Parts& patches, const Parts& products, int tiles) {
    for (int part = 0; part < kWinogradParts; ++part) {
        const float* run = patches.data + part * patches.step;
        ConvRow row;
        row.runs = &run;
        row.run_count = 1;
        row.run_length = packed.in_channels;
        row.in_step = patches.channels;
        row.out_step = products.channels;
        row.pixels = tiles;
        for (const Block& block : packed.blocks) {
            row.weights =
                packed.winograd + static_cast<std::int64_t>(packed.in_channels) *
                                      (kWinogradParts * block.first_channel + part * block.vectors * kernels.width);
            row.out = products.data + part * products.step + block.first_channel;
            row.vectors = block.vectors;
            kernels.conv_row(row);
        }
    }
}

}  // namespace

void Run::winograd(std::size_t index) const {
    const Packed& packed = packed_[index];
    const Grid grid(map_of(program_.steps[index].output));
    const std::int64_t cost = static_cast<std::int64_t>(kWinogradParts) * packed.in_channels * packed.out_channels;
    team_.run(images_ * grid.tiles(), std::max(worth_a_thread(cost), kLeastTiles),
              [&](std::int64_t begin, std::int64_t end) { winograd_tiles(index, begin, end); });
}

void Run::winograd_tiles(std::size_t index, std::int64_t begin, std::int64_t end) const {
    const Step& step = program_.steps[index];
    const Packed& packed = packed_[index];
    const Map in = map_of(step.inputs[0]);
    const Map out = map_of(step.output);
    const Grid grid(out);

    const std::int64_t most = std::max(kSegmentFloats / (kWinogradParts * (in.channels + out.channels)), kLeastTiles);
    const std::int64_t segments = (end - begin + most - 1) / most;
    // Whole groups of those tiles that a kernel takes at once.
    const std::int64_t size = ((end - begin + segments - 1) / segments + kLeastTiles - 1) / kLeastTiles * kLeastTiles;
    const int channels = std::max(in.channels, out.channels);
    Parts patches{nullptr, Parts::step_for(size, in.channels), in.channels};
    Parts products{nullptr, Parts::step_for(size, out.channels), out.channels};
    float* zeros = scratch(2 * channels + kWinogradParts * (patches.step + products.step));
    float* nowhere = zeros + channels;
    patches.data = nowhere + channels;
    products.data = patches.data + kWinogradParts * patches.step;
    std::fill_n(zeros, channels, 0.0f);

    for (std::int64_t first = begin; first < end; first += size) {
        const std::int64_t last = std::min(first + size, end);
        for (std::int64_t i = first; i < last; ++i) {
            float* pixels[kWinogradParts];
            square<kWinogradPatch>(in, grid.picture(i), grid.y(i) - step.padding, grid.x(i) - step.padding, zeros,
                                   pixels);
            kernels_.winograd_in({pixels, in.channels, patches.tile(i - first), patches.step});
        }
        multiply(kernels_, packed, patches, products, static_cast<int>(last - first));
        for (std::int64_t i = first; i < last; ++i)
            winograd_result(index, {products.tile(i - first), products.step, out.channels}, grid.picture(i), grid.y(i),
                            grid.x(i), zeros, nowhere);
    }
}

void Run::winograd_result(std::size_t index, WinogradOut tile, int picture, int top, int left, float* zeros,
                          float* nowhere) const {
    const Step& step = program_.steps[index];
    const Map out = map_of(step.output);
    float* pixels[kWinogradTile * kWinogradTile];
    float* added_pixels[kWinogradTile * kWinogradTile];
    square<kWinogradTile>(out, picture, top, left, nowhere, pixels);
    tile.pixels = pixels;
    tile.bias = packed_[index].bias;
    tile.slope = packed_[index].slope;
    if (step.added >= 0) {
        const Map added = map_of(step.added);
        const NearestMap& nearest = plan_.nearest[index];
        if (step.added_upsampled)
            square<kWinogradTile>(
                out, top, left, zeros, added_pixels,
                [&](int y) { return added.at(picture, nearest.rows[static_cast<std::size_t>(y)]); },
                [&](int x) { return nearest.pixels[static_cast<std::size_t>(x)] * added.pixel; });
        else
            square<kWinogradTile>(added, picture, top, left, zeros, added_pixels);
        tile.added = added_pixels;
        tile.added_first = step.added_first;
    }
    kernels_.winograd_out(tile);
    if (left == 0)
        for (int y = top; y < std::min(top + kWinogradTile, out.height); ++y) clear_border(out, picture, y);
}

}  // namespace emotion::nn::direct
