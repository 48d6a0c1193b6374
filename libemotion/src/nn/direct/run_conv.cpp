// The convolutions and linear layers of a Run.
#include <algorithm>

#include "nn/direct/rows.hpp"
#include "nn/direct/run.hpp"

namespace emotion::nn::direct {

void Run::conv(std::size_t index) const {
    const Step& step = program_.steps[index];
    const Map out = map_of(step.output);
    const std::int64_t count = static_cast<std::int64_t>(images_) * out.height;
    team_.run(count, rows_worth_a_thread(index), [&](std::int64_t begin, std::int64_t end) {
        RowMaker maker(*this, index, out.pixel);
        maker.place(scratch(maker.floats()));
        std::vector<float*> rows;
        for (std::int64_t first = begin; first < end; first += maker.at_once()) {
            rows.clear();
            for (std::int64_t i = first; i < std::min(first + maker.at_once(), end); ++i)
                rows.push_back(out.at(static_cast<int>(i / out.height), static_cast<int>(i % out.height)));
            maker.make(first, rows);
            for (std::int64_t i = first; i < std::min(first + maker.at_once(), end); ++i)
                clear_border(out, static_cast<int>(i / out.height), static_cast<int>(i % out.height));
        }
    });
}

std::int64_t Run::rows_worth_a_thread(std::size_t index) const {
    const Step& step = program_.steps[index];
    const std::int64_t taps = static_cast<std::int64_t>(step.kernel) * step.kernel;
    const std::int64_t values =
        static_cast<std::int64_t>(plan_.widths[static_cast<std::size_t>(step.output)]) * channels(step.output);
    const std::int64_t rows = worth_a_thread(values * taps * (step.is_depthwise() ? 2 : packed_[index].in_channels));
    // Rows made on the way that two pieces need are made twice.
    constexpr std::int64_t kLeastRows = 8;
    const bool shares = plan_.made_by[static_cast<std::size_t>(step.inputs[0])] >= 0 && step.kernel > step.stride;
    return shares ? std::max(rows, kLeastRows) : rows;
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
                      set_block(row, packed, block, step);
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
