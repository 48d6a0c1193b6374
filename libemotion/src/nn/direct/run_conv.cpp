// The convolutions of a Run.
#include <algorithm>

#include "nn/direct/run.hpp"

namespace emotion::nn::direct {
namespace {

constexpr int kMostTaps = 121;
/// Rows of input that go through all blocks of output channels together: half of a first-level cache.
constexpr std::int64_t kGroupFloats = 4 * 1024;

/// Rows of the network's input, copied with zeros left and right, each kept as long as its place is not needed.
class StagedRows {
public:
    StagedRows(const Input& input, const Step& step)
        : input_(input),
          kernel_(step.kernel),
          padding_(step.padding),
          floats_(static_cast<std::int64_t>(input.width + 2 * step.padding) * input.channels),
          memory_(scratch(floats_ * kernel_)) {
        for (int slot = 0; slot < kernel_; ++slot) held_[slot] = -1;
    }

    const float* row(int picture, int y) {
        const std::int64_t key = static_cast<std::int64_t>(picture) * (input_.height + 2 * padding_) + y + padding_;
        const int slot = static_cast<int>(key % kernel_);
        float* to = memory_ + slot * floats_;
        if (held_[slot] != key) {
            fill(to, picture, y);
            held_[slot] = key;
        }
        return to;
    }

private:
    void fill(float* to, int picture, int y) const {
        if (y < 0 || y >= input_.height) {
            std::fill_n(to, floats_, 0.0f);
            return;
        }
        const std::int64_t side = static_cast<std::int64_t>(padding_) * input_.channels;
        const std::int64_t count = static_cast<std::int64_t>(input_.width) * input_.channels;
        const float* from = input_.data + picture * input_.image + y * input_.row;
        std::fill_n(to, side, 0.0f);
        if ((input_.channel == 1 || input_.channels == 1) && input_.pixel == input_.channels)
            std::copy_n(from, count, to + side);
        else
            for (int c = 0; c < input_.channels; ++c)
                for (int x = 0; x < input_.width; ++x)
                    to[side + x * input_.channels + c] = from[c * input_.channel + x * input_.pixel];
        std::fill_n(to + side + count, side, 0.0f);
    }

    const Input& input_;
    int kernel_;
    int padding_;
    std::int64_t floats_;
    float* memory_;
    std::int64_t held_[kMostTaps];
};

void set_block(ConvRow& row, const Packed& packed, const Block& block, const Step& step, const Map& out) {
    row.vectors = block.vectors;
    row.weights = packed.weights.const_data_ptr<float>() +
                  static_cast<std::int64_t>(block.first_channel) * step.kernel * step.kernel * packed.in_channels;
    row.finish.bias = packed.bias.const_data_ptr<float>() + block.first_channel;
    row.finish.slope = packed.slope.const_data_ptr<float>() + block.first_channel;
    row.finish.added_first = step.added_first;
    row.out_step = out.pixel;
    row.pixels = out.width;
}

}  // namespace

void Run::conv(std::size_t index) const {
    const Map out = map_of(program_.steps[index].output);
    const Packed& packed = packed_[index];
    const Step& step = program_.steps[index];
    const std::int64_t cost = static_cast<std::int64_t>(out.width) * packed.out_channels *
                              (packed.in_channels * step.kernel * step.kernel + (plan_.joined[index] >= 0 ? 9 : 0));
    team_.run(static_cast<std::int64_t>(images_) * out.height, worth_a_thread(cost),
              [&](std::int64_t begin, std::int64_t end) { conv_rows(index, begin, end); });
}

void Run::conv_rows(std::size_t index, std::int64_t begin, std::int64_t end) const {
    const Step& step = program_.steps[index];
    const Packed& packed = packed_[index];
    const Map out = map_of(step.output);
    const Map added = step.added >= 0 ? map_of(step.added) : Map{};
    const NearestMap& nearest = plan_.nearest[index];
    const int before = plan_.joined[index];
    const bool from_input = before < 0 && plan_.places[static_cast<std::size_t>(step.inputs[0])].buffer < 0;
    const Map in = from_input || before >= 0 ? Map{} : map_of(step.inputs[0]);

    // The rows that feed the convolution: the network's input, the depthwise step before, or a map.
    const int out_width = out.width;
    const int middle = before >= 0 ? packed_[static_cast<std::size_t>(before)].out_channels : 0;
    const std::int64_t pixel = from_input ? input_.channels : before >= 0 ? middle : in.pixel;
    const std::int64_t in_row_floats =
        before >= 0 ? static_cast<std::int64_t>(out_width) * middle : in.row * step.stride;
    const std::int64_t group =
        from_input ? 1 : std::clamp<std::int64_t>(kGroupFloats / std::max<std::int64_t>(in_row_floats, 1), 1, 16);
    float* middle_rows = before >= 0 ? scratch(group * in_row_floats) : nullptr;
    StagedRows* staged = nullptr;
    alignas(StagedRows) char staged_memory[sizeof(StagedRows)];
    if (from_input) staged = new (staged_memory) StagedRows(input_, step);

    const bool merged = pixel == packed.in_channels;  // taps of one kernel row lie side by side
    const int taps = merged ? 1 : step.kernel;
    ConvRow row;
    row.run_count = step.kernel * taps;
    row.run_length = merged ? step.kernel * packed.in_channels : packed.in_channels;
    row.in_step = step.stride * pixel;
    const float* runs[kMostTaps];
    row.runs = runs;
    for (std::int64_t first = begin; first < end; first += group) {
        const std::int64_t last = std::min(first + group, end);
        if (before >= 0) depthwise_rows(static_cast<std::size_t>(before), first, last, middle_rows);
        for (const Block& block : packed.blocks) {
            set_block(row, packed, block, step, out);
            for (std::int64_t i = first; i < last; ++i) {
                const int picture = static_cast<int>(i / out.height);
                const int y = static_cast<int>(i % out.height);
                for (int ky = 0; ky < step.kernel; ++ky) {
                    const int in_y = y * step.stride - step.padding + ky;
                    const float* from = from_input    ? staged->row(picture, in_y)
                                        : before >= 0 ? middle_rows + (i - first) * in_row_floats
                                                      : in.at(picture, in_y, -step.padding);
                    for (int kx = 0; kx < taps; ++kx) runs[ky * taps + kx] = from + kx * pixel;
                }
                row.out = out.at(picture, y) + block.first_channel;
                if (step.added >= 0) {
                    const int added_y = step.added_upsampled ? nearest.rows[static_cast<std::size_t>(y)] : y;
                    row.finish.added = added.at(picture, added_y) + block.first_channel;
                    row.finish.added_step = added.pixel;
                    row.finish.added_pixels = step.added_upsampled ? nearest.pixels.data() : nullptr;
                }
                kernels_.conv_row(row);
            }
        }
        for (std::int64_t i = first; i < last; ++i)
            clear_border(out, static_cast<int>(i / out.height), static_cast<int>(i % out.height));
    }
}

void Run::depthwise_rows(std::size_t index, std::int64_t begin, std::int64_t end, float* results) const {
    const Step& step = program_.steps[index];
    const Packed& packed = packed_[index];
    const Map in = map_of(step.inputs[0]);
    const int height = plan_.heights[static_cast<std::size_t>(step.output)];
    const int width = plan_.widths[static_cast<std::size_t>(step.output)];
    const Map out = results ? Map{} : map_of(step.output);
    DepthwiseRow row;
    const float* rows[kMostTaps];
    row.rows = rows;
    row.kernel = step.kernel;
    row.stride = step.stride;
    row.in_step = in.pixel;
    row.weights = packed.weights.const_data_ptr<float>();
    row.out_step = results ? packed.out_channels : out.pixel;
    row.pixels = width;
    row.channels = packed.out_channels;
    row.finish.bias = packed.bias.const_data_ptr<float>();
    row.finish.slope = packed.slope.const_data_ptr<float>();
    for (std::int64_t i = begin; i < end; ++i) {
        const int picture = static_cast<int>(i / height);
        const int y = static_cast<int>(i % height);
        for (int ky = 0; ky < step.kernel; ++ky)
            rows[ky] = in.at(picture, y * step.stride - step.padding + ky, -step.padding);
        row.out = results ? results + (i - begin) * width * packed.out_channels : out.at(picture, y);
        kernels_.depthwise_row(row);
        if (!results) clear_border(out, picture, y);
    }
}

void Run::depthwise(std::size_t index) const {
    const Step& step = program_.steps[index];
    const Map out = map_of(step.output);
    const std::int64_t cost =
        static_cast<std::int64_t>(out.width) * packed_[index].out_channels * step.kernel * step.kernel * 2;
    team_.run(static_cast<std::int64_t>(images_) * out.height, worth_a_thread(cost),
              [&](std::int64_t begin, std::int64_t end) { depthwise_rows(index, begin, end, nullptr); });
}

void Run::linear(std::size_t index) const {
    const Step& step = program_.steps[index];
    const Packed& packed = packed_[index];
    const Map in = map_of(step.inputs[0]);
    const Map out = map_of(step.output);
    const std::int64_t cost = static_cast<std::int64_t>(images_) * packed.in_channels * 2 * kernels_.width;
    team_.run(static_cast<std::int64_t>(packed.blocks.size()), worth_a_thread(cost),
              [&](std::int64_t begin, std::int64_t end) {
                  for (std::int64_t i = begin; i < end; ++i) {
                      const Block& block = packed.blocks[static_cast<std::size_t>(i)];
                      ConvRow row;
                      set_block(row, packed, block, step, out);
                      const float* run = in.data;
                      row.runs = &run;
                      row.run_count = 1;
                      row.run_length = packed.in_channels;
                      row.in_step = in.image;
                      row.out = out.data + block.first_channel;
                      row.out_step = out.image;
                      row.pixels = images_;
                      kernels_.conv_row(row);
                  }
              });
}

}  // namespace emotion::nn::direct
