#include "nn/direct/run.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

namespace emotion::nn::direct {

void clear_border(const Map& map, int picture, int y) {
    if (map.border == 0) return;
    auto clear = [&](int row, int from, int to) {
        for (int x = from; x < to; ++x) std::fill_n(map.at(picture, row, x), map.channels, 0.0f);
    };
    clear(y, -map.border, 0);
    clear(y, map.width, map.width + map.border);
    if (y == 0)
        for (int row = -map.border; row < 0; ++row) clear(row, -map.border, map.width + map.border);
    if (y == map.height - 1)
        for (int row = 0; row < map.border; ++row) clear(map.height + row, -map.border, map.width + map.border);
}

float* scratch(std::int64_t floats) {
    constexpr std::size_t kLine = 64;
    struct Free {
        void operator()(float* memory) const { std::free(memory); }
    };
    thread_local std::unique_ptr<float, Free> memory;
    thread_local std::int64_t size = 0;
    if (floats > size) {
        const std::size_t bytes = (static_cast<std::size_t>(floats) * sizeof(float) + kLine - 1) / kLine * kLine;
        memory.reset(static_cast<float*>(std::aligned_alloc(kLine, bytes)));
        size = memory ? floats : 0;
        if (!memory) throw std::bad_alloc();
    }
    return memory.get();
}

Run::Run(const Program& program, const std::vector<Packed>& packed, const Kernels& kernels, const Plan& plan,
         const InputRows& input, std::int64_t first, int images, float* arena, const std::vector<float*>& outputs,
         const Team& team)
    : program_(program),
      packed_(packed),
      kernels_(kernels),
      plan_(plan),
      input_(input),
      first_(first),
      images_(images),
      arena_(arena),
      outputs_(outputs),
      team_(team) {}

Map Run::map_of(int value) const {
    const Place& place = plan_.places[static_cast<std::size_t>(value)];
    const Buffer& buffer = plan_.buffers[static_cast<std::size_t>(place.buffer)];
    Map map;
    map.pixel = buffer.channels;
    map.row = buffer.row();
    map.image = buffer.image();
    map.height = buffer.height;
    map.width = buffer.width;
    map.channels = channels(value);
    map.border = buffer.border;
    float* base = buffer.output >= 0 ? outputs_[static_cast<std::size_t>(buffer.output)] : arena_ + buffer.offset;
    map.data = base + buffer.border * (map.row + map.pixel) + place.first_channel;
    return map;
}

void Run::all_steps() const {
    if (plan_.places[0].buffer >= 0) copy_input();
    for (std::size_t i = 0; i < program_.steps.size(); ++i)
        if (plan_.made_by[static_cast<std::size_t>(program_.steps[i].output)] < 0) step(i);
}

void Run::step(std::size_t index) const {
    const Step& step = program_.steps[index];
    switch (step.kind) {
        case StepKind::conv:
            return plan_.winograd[index] ? winograd(index) : conv(index);
        case StepKind::linear:
            return linear(index);
        case StepKind::add:
        case StepKind::activation:
            return add(index);
        case StepKind::concat:
            return concat(step);
        case StepKind::max_pool:
            return max_pool(step);
        case StepKind::upsample:
            return upsample(index);
        case StepKind::average_pool:
            return average_pool(step);
        case StepKind::flatten:
            return flatten(step);
    }
}

void Run::copy_input() const {
    const Map out = map_of(0);
    std::vector<float> row(static_cast<std::size_t>(input_.width) * static_cast<std::size_t>(input_.channels));
    for (int picture = 0; picture < images_; ++picture)
        for (int y = 0; y < out.height; ++y) {
            input_row(picture, y, row.data());
            for (int x = 0; x < out.width; ++x) {
                float* pixel = out.at(picture, y, x);
                std::copy_n(row.data() + static_cast<std::ptrdiff_t>(x) * input_.channels, input_.channels, pixel);
                std::fill(pixel + input_.channels, pixel + out.channels, 0.0f);
            }
            clear_border(out, picture, y);
        }
}

void Run::add(std::size_t index) const {
    const Step& step = program_.steps[index];
    const Map in = map_of(step.inputs[0]);
    const Map out = map_of(step.output);
    const Map added = step.added >= 0 ? map_of(step.added) : Map{};
    const NearestMap& nearest = plan_.nearest[index];
    team_.run(static_cast<std::int64_t>(images_) * out.height,
              worth_a_thread(static_cast<std::int64_t>(out.width) * out.channels * 8),
              [&](std::int64_t begin, std::int64_t end) {
                  for (std::int64_t i = begin; i < end; ++i) {
                      const int picture = static_cast<int>(i / out.height);
                      const int y = static_cast<int>(i % out.height);
                      AddRow row{in.at(picture, y),
                                 in.pixel,
                                 out.at(picture, y),
                                 out.pixel,
                                 out.width,
                                 out.channels,
                                 step.slope,
                                 nullptr,
                                 0,
                                 nullptr};
                      if (step.added >= 0) {
                          row.added =
                              added.at(picture, step.added_upsampled ? nearest.rows[static_cast<std::size_t>(y)] : y);
                          row.added_step = added.pixel;
                          row.added_pixels = step.added_upsampled ? nearest.pixels.data() : nullptr;
                      }
                      kernels_.add_row(row);
                      clear_border(out, picture, y);
                  }
              });
}

void Run::concat(const Step& step) const {
    const Map out = map_of(step.output);
    const int buffer = plan_.places[static_cast<std::size_t>(step.output)].buffer;
    int channel = 0;
    for (int value : step.inputs) {
        const int channels = program_.channels[static_cast<std::size_t>(value)];
        const Place& place = plan_.places[static_cast<std::size_t>(value)];
        if (place.buffer != buffer) {
            const Map in = map_of(value);
            for (int picture = 0; picture < images_; ++picture)
                for (int y = 0; y < out.height; ++y) {
                    for (int x = 0; x < out.width; ++x)
                        std::copy_n(in.at(picture, y, x), channels, out.at(picture, y, x) + channel);
                    clear_border(out, picture, y);
                }
        }
        channel += channels;
    }
}

void Run::max_pool(const Step& step) const {
    const Map in = map_of(step.inputs[0]);
    const Map out = map_of(step.output);
    team_.run(static_cast<std::int64_t>(images_) * out.height,
              worth_a_thread(static_cast<std::int64_t>(out.width) * out.channels * step.kernel * step.kernel * 4),
              [&](std::int64_t begin, std::int64_t end) {
                  std::vector<const float*> rows(static_cast<std::size_t>(step.kernel));
                  for (std::int64_t i = begin; i < end; ++i) {
                      const int picture = static_cast<int>(i / out.height);
                      const int y = static_cast<int>(i % out.height);
                      const int from = y * step.stride - step.padding;
                      MaxRow row{rows.data(), 0,           in.pixel,     in.width,
                                 step.kernel, step.stride, step.padding, out.at(picture, y),
                                 out.pixel,   out.width,   out.channels};
                      for (int in_y = std::max(from, 0); in_y < std::min(from + step.kernel, in.height); ++in_y)
                          rows[static_cast<std::size_t>(row.row_count++)] = in.at(picture, in_y);
                      kernels_.max_row(row);
                      clear_border(out, picture, y);
                  }
              });
}

void Run::upsample(std::size_t index) const {
    const Step& step = program_.steps[index];
    const Map in = map_of(step.inputs[0]);
    const Map out = map_of(step.output);
    const NearestMap& nearest = plan_.nearest[index];
    for (int picture = 0; picture < images_; ++picture)
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x)
                std::copy_n(in.at(picture, nearest.rows[static_cast<std::size_t>(y)],
                                  nearest.pixels[static_cast<std::size_t>(x)]),
                            out.channels, out.at(picture, y, x));
            clear_border(out, picture, y);
        }
}

void Run::average_pool(const Step& step) const {
    const Map in = map_of(step.inputs[0]);
    const Map out = map_of(step.output);
    const float share = 1.0f / static_cast<float>(in.height * in.width);
    for (int picture = 0; picture < images_; ++picture) {
        float* sums = out.at(picture, 0);
        std::fill_n(sums, out.channels, 0.0f);
        for (int y = 0; y < in.height; ++y)
            for (int x = 0; x < in.width; ++x) {
                const float* from = in.at(picture, y, x);
                for (int c = 0; c < out.channels; ++c) sums[c] += from[c];
            }
        for (int c = 0; c < out.channels; ++c) sums[c] *= share;
        clear_border(out, picture, 0);
    }
}

void Run::flatten(const Step& step) const {
    const Map in = map_of(step.inputs[0]);
    const Map out = map_of(step.output);
    const int channels = program_.channels[static_cast<std::size_t>(step.inputs[0])];
    for (int picture = 0; picture < images_; ++picture) {
        float* to = out.at(picture, 0);
        for (int c = 0; c < channels; ++c)
            for (int y = 0; y < in.height; ++y)
                for (int x = 0; x < in.width; ++x) *to++ = in.at(picture, y, x)[c];
        std::fill(to, out.at(picture, 0) + out.channels, 0.0f);
    }
}

}  // namespace emotion::nn::direct
