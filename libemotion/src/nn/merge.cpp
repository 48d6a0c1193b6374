#include <ATen/ATen.h>

#include <algorithm>
#include <optional>

#include "nn/program.hpp"

namespace emotion::nn {
namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// A convolution whose result is given out, by itself or after a depthwise convolution.
struct Head {
    int conv = -1;       // step
    int depthwise = -1;  // step, or -1
    std::size_t output = 0;
};

bool equal_shape(const Step& a, const Step& b) {
    return a.kernel == b.kernel && a.stride == b.stride && a.padding == b.padding && a.slope == b.slope &&
           a.added < 0 && b.added < 0;
}

/// The one output that gives out exactly this value, if nothing else reads it.
std::optional<std::size_t> only_output(const Program& program, const std::vector<int>& readers, int value) {
    if (readers[at(value)] != 1) return std::nullopt;
    for (std::size_t i = 0; i < program.outputs.size(); ++i)
        if (program.outputs[i].value == value) return i;
    return std::nullopt;
}

std::optional<Head> find_head(const Program& program, const std::vector<int>& readers, int index) {
    const Step& conv = program.steps[at(index)];
    if (conv.kind != StepKind::conv || conv.groups != 1 || conv.added >= 0) return std::nullopt;
    if (auto output = only_output(program, readers, conv.output)) return Head{index, -1, *output};
    if (readers[at(conv.output)] != 1) return std::nullopt;
    for (std::size_t i = at(index) + 1; i < program.steps.size(); ++i) {
        const Step& next = program.steps[i];
        const bool reads = next.inputs.size() == 1 && next.inputs[0] == conv.output;
        const bool own_channels = next.kind == StepKind::conv && next.groups == next.weight.size(0) &&
                                  next.weight.size(1) == 1 && next.weight.size(0) == conv.weight.size(0);
        if (!reads || !own_channels || next.added >= 0) continue;
        if (auto output = only_output(program, readers, next.output)) return Head{index, static_cast<int>(i), *output};
    }
    return std::nullopt;
}

bool mergeable(const Program& program, const Head& a, const Head& b) {
    const Step& first = program.steps[at(a.conv)];
    const Step& second = program.steps[at(b.conv)];
    if (first.inputs != second.inputs || !equal_shape(first, second) || (a.depthwise < 0) != (b.depthwise < 0))
        return false;
    return a.depthwise < 0 || equal_shape(program.steps[at(a.depthwise)], program.steps[at(b.depthwise)]);
}

/// Appends the weights of `from` to those of `to`, whose result grows.
void append(Program& program, Step& to, Step& from) {
    to.weight = at::cat({to.weight, from.weight}, 0);
    to.bias = at::cat({to.bias, from.bias}, 0);
    program.channels[at(to.output)] = static_cast<int>(to.weight.size(0));
    from.output = -1;
}

void merge_into(Program& program, const Head& to, const Head& from) {
    const int value = program.steps[at(to.depthwise < 0 ? to.conv : to.depthwise)].output;
    ProgramOutput& output = program.outputs[from.output];
    output.first_channel = program.channels[at(value)];
    output.value = value;
    append(program, program.steps[at(to.conv)], program.steps[at(from.conv)]);
    if (to.depthwise < 0) return;
    Step& depthwise = program.steps[at(to.depthwise)];
    append(program, depthwise, program.steps[at(from.depthwise)]);
    depthwise.groups = static_cast<int>(depthwise.weight.size(0));
}

}  // namespace

void merge_siblings(Program& program) {
    const std::vector<int> readers = program.readers();
    std::vector<Head> heads;
    for (std::size_t i = 0; i < program.steps.size(); ++i)
        if (auto head = find_head(program, readers, static_cast<int>(i))) heads.push_back(*head);
    for (std::size_t a = 0; a < heads.size(); ++a) {
        if (program.steps[at(heads[a].conv)].output < 0) continue;
        for (std::size_t b = a + 1; b < heads.size(); ++b) {
            if (program.steps[at(heads[b].conv)].output < 0 || !mergeable(program, heads[a], heads[b])) continue;
            merge_into(program, heads[a], heads[b]);
        }
    }
    std::erase_if(program.steps, [](const Step& step) { return step.output < 0; });
}

}  // namespace emotion::nn
