#include "nn/direct/rows.hpp"

#include <algorithm>

namespace emotion::nn::direct {
namespace {

constexpr int kMostTaps = 121;

/// Floats of input that go through all blocks of output channels together: half of a first-level cache.
constexpr std::int64_t kGroupFloats = 4 * 1024;
constexpr std::int64_t kMostAtOnce = 16;

/// Rows of a result whose input stays in the cache while all blocks of its channels are computed.
int rows_at_once(const Run& run, const Step& step) {
    const std::size_t value = static_cast<std::size_t>(step.inputs[0]);
    if (step.is_depthwise() || (value == 0 && run.plan().places[0].buffer < 0)) return 1;
    const std::int64_t row =
        static_cast<std::int64_t>(run.plan().widths[value]) * run.channels(step.inputs[0]) * step.stride;
    return static_cast<int>(std::clamp<std::int64_t>(kGroupFloats / row, 1, kMostAtOnce));
}

}  // namespace

Rows::Rows(const Run& run, const Step& reader, int kept) : run_(run), padding_(reader.padding), kept_(kept) {
    const int value = reader.inputs[0];
    const int made_by = run.plan().made_by[static_cast<std::size_t>(value)];
    if (made_by >= 0) {
        map_.pixel = run.packed(static_cast<std::size_t>(made_by)).out_channels;
        map_.height = run.plan().heights[static_cast<std::size_t>(value)];
        map_.width = run.plan().widths[static_cast<std::size_t>(value)];
        maker_ = std::make_unique<RowMaker>(run, static_cast<std::size_t>(made_by), map_.pixel);
    } else if (run.plan().places[static_cast<std::size_t>(value)].buffer < 0) {
        map_.pixel = run.input().channels;
        map_.height = run.input().height;
        map_.width = run.input().width;
    } else {
        map_ = run.map_of(value);
        return;
    }
    constexpr std::int64_t kLine = 16;
    row_floats_ = ((map_.width + 2 * padding_) * map_.pixel + kLine - 1) / kLine * kLine;
}

Rows::~Rows() = default;

std::int64_t Rows::floats() const {
    return kept_ * row_floats_ + (maker_ ? maker_->floats() : 0);
}

void Rows::place(float* memory) {
    if (row_floats_ == 0) return;
    memory_ = memory;
    held_.assign(static_cast<std::size_t>(kept_), -1);
    if (maker_) maker_->place(memory + kept_ * row_floats_);
}

const float* Rows::at(int picture, int y) {
    if (!memory_) return map_.at(picture, y, -padding_);
    const std::int64_t key = static_cast<std::int64_t>(picture) * (map_.height + 2 * padding_) + y + padding_;
    const std::int64_t place = key % kept_;
    float* to = memory_ + place * row_floats_;
    if (held_[static_cast<std::size_t>(place)] != key) {
        fill(to, picture, y);
        held_[static_cast<std::size_t>(place)] = key;
    }
    return to;
}

void Rows::fill(float* to, int picture, int y) {
    if (y < 0 || y >= map_.height) {
        std::fill_n(to, row_floats_, 0.0f);
        return;
    }
    const std::int64_t side = padding_ * map_.pixel;
    float* first = to + side;
    std::fill_n(to, side, 0.0f);
    if (maker_)
        maker_->make(static_cast<std::int64_t>(picture) * map_.height + y, {&first, 1});
    else
        run_.input_row(picture, y, first);
    std::fill_n(first + map_.width * map_.pixel, side, 0.0f);
}

RowMaker::RowMaker(const Run& run, std::size_t step, std::int64_t out_pixel)
    : run_(run),
      index_(step),
      step_(run.step_at(step)),
      height_(run.plan().heights[static_cast<std::size_t>(step_.output)]),
      width_(run.plan().widths[static_cast<std::size_t>(step_.output)]),
      out_pixel_(out_pixel),
      at_once_(rows_at_once(run, step_)),
      source_(run, step_, (at_once_ - 1) * step_.stride + step_.kernel) {}

void RowMaker::make(std::int64_t first, std::span<float* const> rows) {
    if (step_.is_depthwise())
        depthwise(first, rows);
    else
        dense(first, rows);
}

void RowMaker::dense(std::int64_t first, std::span<float* const> rows) {
    const Packed& packed = run_.packed(index_);
    const Map added = step_.added >= 0 ? run_.map_of(step_.added) : Map{};
    const NearestMap& nearest = run_.plan().nearest[index_];
    const bool merged = source_.pixel() == packed.in_channels;  // taps of one kernel row lie side by side
    const int taps = merged ? 1 : step_.kernel;
    const float* runs[kMostTaps];
    ConvRow row;
    row.runs = runs;
    row.run_count = step_.kernel * taps;
    row.run_length = merged ? step_.kernel * packed.in_channels : packed.in_channels;
    row.in_step = step_.stride * source_.pixel();
    row.out_step = out_pixel_;
    row.pixels = width_;
    for (const Block& block : packed.blocks) {
        set_block(row, packed, block, step_);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::int64_t number = first + static_cast<std::int64_t>(i);
            const int picture = static_cast<int>(number / height_);
            const int y = static_cast<int>(number % height_);
            for (int ky = 0; ky < step_.kernel; ++ky) {
                const float* from = source_.at(picture, y * step_.stride - step_.padding + ky);
                for (int kx = 0; kx < taps; ++kx) runs[ky * taps + kx] = from + kx * source_.pixel();
            }
            row.out = rows[i] + block.first_channel;
            if (step_.added >= 0) {
                const int added_y = step_.added_upsampled ? nearest.rows[static_cast<std::size_t>(y)] : y;
                row.finish.added = added.at(picture, added_y) + block.first_channel;
                row.finish.added_step = added.pixel;
                row.finish.added_pixels = step_.added_upsampled ? nearest.pixels.data() : nullptr;
            }
            run_.kernels().conv_row(row);
        }
    }
}

void RowMaker::depthwise(std::int64_t first, std::span<float* const> rows) {
    const Packed& packed = run_.packed(index_);
    const float* taps[kMostTaps];
    DepthwiseRow row;
    row.rows = taps;
    row.kernel = step_.kernel;
    row.stride = step_.stride;
    row.in_step = source_.pixel();
    row.weights = packed.weights;
    row.out_step = out_pixel_;
    row.pixels = width_;
    row.channels = packed.out_channels;
    row.finish.bias = packed.bias;
    row.finish.slope = packed.slope;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t number = first + static_cast<std::int64_t>(i);
        const int picture = static_cast<int>(number / height_);
        const int y = static_cast<int>(number % height_);
        for (int ky = 0; ky < step_.kernel; ++ky) taps[ky] = source_.at(picture, y * step_.stride - step_.padding + ky);
        row.out = rows[i];
        run_.kernels().depthwise_row(row);
    }
}

}  // namespace emotion::nn::direct
