#include "nn/direct/plan.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "nn/direct/pack.hpp"
#include "nn/direct/winograd.hpp"

namespace emotion::nn::direct {
namespace {

/// Maps of one run should stay in a second-level cache of half a megabyte.
constexpr std::int64_t kCacheFloats = 96 * 1024;
constexpr int kMostImages = 16;
/// Maps of more floats are no longer in the second-level cache when they are read.
constexpr std::int64_t kLargeMap = 512 * 1024;
/// Buffers begin at cache lines, and not a multiple of 4 KiB apart: such addresses fight for the same cache sets.
constexpr std::int64_t kLine = 16;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

std::vector<int> nearest(int from, int to) {
    std::vector<int> result(at(to));
    const float scale = static_cast<float>(from) / static_cast<float>(to);  // as LibTorch computes it
    for (int i = 0; i < to; ++i)
        result[at(i)] = std::min(static_cast<int>(std::floor(static_cast<float>(i) * scale)), from - 1);
    return result;
}

class Planner {
public:
    Planner(const Program& program, int width) : program_(program), width_(width), readers_(program.readers()) {}

    Plan run(int height, int width) {
        plan_.height = height;
        plan_.width = width;
        plan_.heights.assign(program_.channels.size(), 1);
        plan_.widths.assign(program_.channels.size(), 1);
        plan_.places.resize(program_.channels.size());
        plan_.nearest.resize(program_.steps.size());
        plan_.made_by.assign(program_.channels.size(), -1);
        plan_.heights[0] = height;
        plan_.widths[0] = width;
        for (const Step& step : program_.steps) size(step);
        for (const Step& step : program_.steps)
            plan_.winograd.push_back(can_winograd(step) && worth_winograd(step, plan_.heights[at(step.output)],
                                                                          plan_.widths[at(step.output)]));
        for (std::size_t i = 0; i < program_.steps.size(); ++i) join(i);
        place_concatenations();
        place_rest();
        find_outputs();
        find_lifetimes();
        allocate();
        return std::move(plan_);
    }

private:
    void size(const Step& step) {
        const int in_height = plan_.heights[at(step.inputs[0])];
        const int in_width = plan_.widths[at(step.inputs[0])];
        int height = in_height;
        int width = in_width;
        switch (step.kind) {
            case StepKind::conv:
            case StepKind::max_pool:
                height = (in_height + 2 * step.padding - step.kernel) / step.stride + 1;
                width = (in_width + 2 * step.padding - step.kernel) / step.stride + 1;
                require(in_height + 2 * step.padding >= step.kernel && in_width + 2 * step.padding >= step.kernel,
                        "network: an input of {} x {} px is too small for it", plan_.height, plan_.width);
                break;
            case StepKind::upsample:
                height = plan_.heights[at(step.reference)];
                width = plan_.widths[at(step.reference)];
                break;
            case StepKind::flatten:
                require(
                    program_.channels[at(step.inputs[0])] * in_height * in_width == program_.channels[at(step.output)],
                    "network: an input of {} x {} px does not fit it", plan_.height, plan_.width);
                height = width = 1;
                break;
            case StepKind::average_pool:
                height = width = 1;
                break;
            default:
                break;
        }
        plan_.heights[at(step.output)] = height;
        plan_.widths[at(step.output)] = width;
        const std::size_t index = static_cast<std::size_t>(&step - program_.steps.data());
        const int small = step.kind == StepKind::upsample ? step.inputs[0] : step.added_upsampled ? step.added : -1;
        if (small >= 0)
            plan_.nearest[index] = {nearest(plan_.heights[at(small)], height), nearest(plan_.widths[at(small)], width)};
        check_equal(step);
    }

    void check_equal(const Step& step) const {
        auto same = [&](int a, int b) {
            require(plan_.heights[at(a)] == plan_.heights[at(b)] && plan_.widths[at(a)] == plan_.widths[at(b)],
                    "network: an input of {} x {} px does not fit it", plan_.height, plan_.width);
        };
        if (step.added >= 0 && !step.added_upsampled) same(step.added, step.output);
        for (int value : step.inputs)
            if (step.kind == StepKind::concat) same(value, step.output);
    }

    /// Rows of a map that one convolution reads are made while it reads them, where the map is larger than a cache or
    /// the reader takes each row once: it never goes to memory.
    void join(std::size_t index) {
        const Step& step = program_.steps[index];
        if (step.kind != StepKind::conv || plan_.winograd[index] || step.added >= 0 || readers_[at(step.output)] != 1)
            return;
        for (std::size_t i = index + 1; i < program_.steps.size(); ++i) {
            const Step& reader = program_.steps[i];
            if (reader.inputs.size() != 1 || reader.inputs[0] != step.output) continue;
            if (reader.kind != StepKind::conv || plan_.winograd[i]) return;
            const std::int64_t map_floats = static_cast<std::int64_t>(plan_.heights[at(step.output)]) *
                                            plan_.widths[at(step.output)] *
                                            padded(program_.channels[at(step.output)], width_);
            if (map_floats > kLargeMap || (step.is_depthwise() && reader.kernel == 1))
                plan_.made_by[at(step.output)] = static_cast<int>(index);
        }
    }

    int new_buffer(int value) {
        Buffer buffer;
        buffer.height = plan_.heights[at(value)];
        buffer.width = plan_.widths[at(value)];
        buffer.channels = padded(program_.channels[at(value)], width_);
        plan_.buffers.push_back(buffer);
        return static_cast<int>(plan_.buffers.size()) - 1;
    }

    bool is_output(int value) const {
        return std::any_of(program_.outputs.begin(), program_.outputs.end(),
                           [&](const ProgramOutput& output) { return output.value == value; });
    }

    /// Parts of a concatenation are written where they belong at once, if whole vectors keep them apart.
    void place_concatenations() {
        for (const Step& step : program_.steps) {
            if (step.kind != StepKind::concat || plan_.places[at(step.output)].buffer >= 0) continue;
            const int buffer = new_buffer(step.output);
            plan_.places[at(step.output)] = {buffer, 0};
            int channel = 0;
            for (int value : step.inputs) {
                const int channels = program_.channels[at(value)];
                if (value != 0 && plan_.places[at(value)].buffer < 0 && channel % width_ == 0 &&
                    channels % width_ == 0 && !is_output(value) &&
                    std::count(step.inputs.begin(), step.inputs.end(), value) == 1)
                    plan_.places[at(value)] = {buffer, channel};
                channel += channels;
            }
        }
    }

    /// Dense convolutions read the input where it is; for any other step it is copied.
    bool copies_input() const {
        return std::any_of(program_.steps.begin(), program_.steps.end(), [](const Step& step) {
            const bool reads =
                step.added == 0 || std::find(step.inputs.begin(), step.inputs.end(), 0) != step.inputs.end();
            return reads && (step.kind != StepKind::conv || step.groups != 1 || step.added == 0);
        });
    }

    void place_rest() {
        if (copies_input()) plan_.places[0] = {new_buffer(0), 0};
        for (std::size_t i = 0; i < program_.steps.size(); ++i) {
            const int value = program_.steps[i].output;
            if (plan_.made_by[at(value)] >= 0 || plan_.places[at(value)].buffer >= 0) continue;
            const int buffer = new_buffer(value);
            plan_.places[at(value)] = {buffer, 0};
        }
        for (std::size_t i = 0; i < program_.steps.size(); ++i) {
            const Step& step = program_.steps[i];
            if (step.kind != StepKind::conv) continue;
            const int buffer = plan_.places[at(step.inputs[0])].buffer;
            if (buffer < 0) continue;
            int& border = plan_.buffers[at(buffer)].border;
            border = std::max(border, step.padding);
        }
    }

    void find_outputs() {
        for (const ProgramOutput& output : program_.outputs) {
            auto found = std::find(plan_.output_values.begin(), plan_.output_values.end(), output.value);
            if (found == plan_.output_values.end()) plan_.output_values.push_back(output.value);
        }
        for (std::size_t i = 0; i < plan_.output_values.size(); ++i) {
            const int value = plan_.output_values[i];
            require(value != 0, "network: the input is given out unchanged");
            const bool shared = std::any_of(program_.steps.begin(), program_.steps.end(), [&](const Step& step) {
                return step.added == value || (step.kind == StepKind::concat && step.output == value) ||
                       std::find(step.inputs.begin(), step.inputs.end(), value) != step.inputs.end();
            });
            Buffer& buffer = plan_.buffers[at(plan_.places[at(value)].buffer)];
            if (!shared && buffer.border == 0) buffer.output = static_cast<int>(i);
        }
    }

    /// The map from which, perhaps over several steps, the rows of a value are made.
    int map_behind(int value) const {
        while (plan_.made_by[at(value)] >= 0) value = program_.steps[at(plan_.made_by[at(value)])].inputs[0];
        return value;
    }

    void find_lifetimes() {
        for (Buffer& buffer : plan_.buffers) buffer.first_step = static_cast<int>(program_.steps.size());
        auto touch = [&](int value, int step) {
            if (value < 0 || plan_.places[at(value)].buffer < 0) return;
            Buffer& buffer = plan_.buffers[at(plan_.places[at(value)].buffer)];
            buffer.first_step = std::min(buffer.first_step, step);
            buffer.last_step = std::max(buffer.last_step, step);
        };
        for (std::size_t i = 0; i < program_.steps.size(); ++i) {
            const Step& step = program_.steps[i];
            const int now = static_cast<int>(i);
            if (plan_.made_by[at(step.output)] >= 0) continue;
            touch(step.output, now);
            touch(step.added, now);
            for (int value : step.inputs) touch(map_behind(value), now);
        }
        touch(0, 0);
        for (int value : plan_.output_values) touch(value, static_cast<int>(program_.steps.size()));
    }

    /// First fit, in the order of the steps: what one step frees, still in the cache, the next one takes.
    void allocate() {
        std::int64_t largest = 0;
        for (const Buffer& buffer : plan_.buffers) largest = std::max(largest, buffer.image());
        plan_.images = static_cast<int>(
            std::clamp<std::int64_t>(kCacheFloats / std::max<std::int64_t>(largest, 1), 1, kMostImages));
        std::vector<Buffer*> order;
        for (Buffer& buffer : plan_.buffers)
            if (buffer.output < 0) order.push_back(&buffer);
        std::stable_sort(order.begin(), order.end(),
                         [](const Buffer* a, const Buffer* b) { return a->first_step < b->first_step; });
        std::vector<Buffer*> placed;  // by offset
        for (Buffer* buffer : order) {
            const std::int64_t need = floats(*buffer);
            std::int64_t offset = 0;
            for (const Buffer* other : placed) {
                if (other->last_step < buffer->first_step || other->first_step > buffer->last_step) continue;
                if (offset + need <= other->offset) break;
                offset = std::max(offset, other->offset + floats(*other));
            }
            buffer->offset = offset;
            placed.insert(std::upper_bound(placed.begin(), placed.end(), buffer,
                                           [](const Buffer* a, const Buffer* b) { return a->offset < b->offset; }),
                          buffer);
            plan_.arena_floats = std::max(plan_.arena_floats, offset + need);
        }
    }

    std::int64_t floats(const Buffer& buffer) const {
        const std::int64_t count = buffer.image() * plan_.images;
        return (count + kLine - 1) / kLine * kLine + 4 * kLine;
    }

    const Program& program_;
    int width_;
    std::vector<int> readers_;
    Plan plan_;
};

}  // namespace

Plan make_plan(const Program& program, int width, int input_height, int input_width) {
    return Planner(program, width).run(input_height, input_width);
}

}  // namespace emotion::nn::direct
