#include "nn/program.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "base/check.hpp"

namespace emotion::nn {
namespace {

/// Goes through the graph once, in its order, and fuses each node into the step that feeds it where that is legal: the
/// step's result must have no other reader.
class Lowering {
public:
    explicit Lowering(const Module& module) : module_(module), nodes_(module.graph().nodes()), uses_(nodes_.size(), 0) {
        for (std::size_t i = 0; i < nodes_.size(); ++i) count_uses(static_cast<Value>(i));
        for (const auto& [name, value] : module.graph().outputs()) ++uses_[at(value)];
        // The size of an upsampling that is not fused must be known before it runs.
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            if (nodes_[i].op == Op::upsample_like && !joins_addition(static_cast<Value>(i)))
                ++uses_[at(nodes_[i].inputs[1])];
    }

    Program run() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) value_.push_back(lower(nodes_[i], static_cast<Value>(i)));
        Program program;
        for (Step& step : steps_)
            if (step.output >= 0) program.steps.push_back(std::move(step));
        program.channels = channels_;
        program.is_vector = is_vector_;
        for (const auto& [name, node] : module_.graph().outputs())
            program.outputs.push_back({name, value_[at(node)], 0, module_.graph().channels(node)});
        return program;
    }

private:
    static std::size_t at(int index) { return static_cast<std::size_t>(index); }

    void count_uses(Value node) {
        const Node& reader = nodes_[at(node)];
        const std::size_t count = reader.op == Op::upsample_like ? 1 : reader.inputs.size();
        for (std::size_t k = 0; k < count; ++k) ++uses_[at(reader.inputs[k])];
    }

    /// The only node that reads `node`, or -1.
    Value only_reader(Value node) const {
        if (uses_[at(node)] != 1) return -1;
        for (std::size_t i = at(node) + 1; i < nodes_.size(); ++i) {
            const auto& inputs = nodes_[i].inputs;
            const std::size_t count = nodes_[i].op == Op::upsample_like ? 1 : inputs.size();
            if (std::find(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(count), node) !=
                inputs.begin() + static_cast<std::ptrdiff_t>(count))
                return static_cast<Value>(i);
        }
        return -1;
    }

    /// Whether an upsampling is only added to the value that gives its size.
    bool joins_addition(Value upsampling) const {
        if (nodes_[at(upsampling)].op != Op::upsample_like) return false;
        const Value reader = only_reader(upsampling);
        if (reader < 0 || nodes_[at(reader)].op != Op::add) return false;
        const auto& inputs = nodes_[at(reader)].inputs;
        const Value other = inputs[0] == upsampling ? inputs[1] : inputs[0];
        return other == nodes_[at(upsampling)].inputs[1];
    }

    int new_value(int channels, bool vector) {
        channels_.push_back(channels);
        is_vector_.push_back(vector);
        producer_.push_back(-1);
        return static_cast<int>(channels_.size()) - 1;
    }

    int push(Step step, int channels, bool vector) {
        step.output = new_value(channels, vector);
        producer_.back() = static_cast<int>(steps_.size());
        steps_.push_back(std::move(step));
        return steps_.back().output;
    }

    /// The step whose result `node` is, if nobody but one node reads that.
    Step* private_producer(Value node) {
        const int step = producer_[at(value_[at(node)])];
        return step >= 0 && uses_[at(node)] == 1 ? &steps_[at(step)] : nullptr;
    }

    static bool computes(const Step& step) { return step.kind == StepKind::conv || step.kind == StepKind::linear; }
    static bool takes_activation(const Step& step) {
        return (computes(step) || step.kind == StepKind::add) && step.slope == 1 &&
               (step.added < 0 || step.added_first);
    }

    static float slope_of(const Node& node) {
        return node.activation == Activation::relu ? 0.0f : static_cast<float>(node.value);
    }

    int input(const Node& node, std::size_t k = 0) const { return value_[at(node.inputs[k])]; }

    int lower(const Node& node, Value self) {
        const bool vector = !value_.empty() && !node.inputs.empty() && is_vector_[at(input(node))];
        Step step;
        if (!node.inputs.empty()) step.inputs = {input(node)};
        step.kernel = node.kernel;
        step.stride = node.stride;
        step.padding = node.padding;
        switch (node.op) {
            case Op::input:
                return new_value(node.out_channels, false);
            case Op::conv:
            case Op::linear:
                step.kind = node.op == Op::conv ? StepKind::conv : StepKind::linear;
                step.groups = node.groups;
                step.weight = module_.tensor(node.name, "weight").detach().clone();
                step.bias =
                    node.bias ? module_.tensor(node.name, "bias").detach().clone() : at::zeros({node.out_channels});
                return push(std::move(step), node.out_channels, node.op == Op::linear);
            case Op::batch_norm:
                return lower_batch_norm(node, std::move(step));
            case Op::activation:
                return lower_activation(node, std::move(step), vector);
            case Op::add:
                return lower_add(node, vector);
            case Op::concat:
                return lower_concat(node, self);
            case Op::max_pool:
                step.kind = StepKind::max_pool;
                return push(std::move(step), node.out_channels, false);
            case Op::upsample_like:
                if (joins_addition(self)) return input(node);
                step.kind = StepKind::upsample;
                step.reference = input(node, 1);
                return push(std::move(step), node.out_channels, false);
            case Op::global_average_pool:
                step.kind = StepKind::average_pool;
                return push(std::move(step), node.out_channels, true);
            case Op::flatten:
                step.kind = StepKind::flatten;
                return push(std::move(step), node.out_channels, true);
            case Op::dropout:
                return input(node);
        }
        fail(ErrorCode::runtime, "network: an operation of {} cannot be compiled", node.name);
    }

    int lower_batch_norm(const Node& node, Step step) {
        const at::Tensor scale = module_.tensor(node.name, "weight") /
                                 at::sqrt(module_.tensor(node.name, "running_var").to(at::kDouble) + node.value);
        const at::Tensor shift = module_.tensor(node.name, "bias") - module_.tensor(node.name, "running_mean") * scale;
        Step* before = private_producer(node.inputs[0]);
        if (before && before->kind == StepKind::conv && before->slope == 1 && before->added < 0) {
            before->weight = (before->weight * scale.view({-1, 1, 1, 1})).to(at::kFloat).detach();
            before->bias = (before->bias * scale + shift).to(at::kFloat).detach();
            return before->output;
        }
        step.weight = scale.to(at::kFloat).view({-1, 1, 1, 1}).detach().clone();
        step.bias = shift.to(at::kFloat).detach().clone();
        step.groups = node.out_channels;
        return push(std::move(step), node.out_channels, false);
    }

    int lower_activation(const Node& node, Step step, bool vector) {
        const int before_value = input(node);
        if (std::find(activated_.begin(), activated_.end(), before_value) != activated_.end()) return before_value;
        Step* before = private_producer(node.inputs[0]);
        const float slope = slope_of(node);
        if (before && takes_activation(*before)) {
            before->slope = slope;
            return before->output;
        }
        step.kind = StepKind::activation;
        step.slope = slope;
        return push(std::move(step), node.out_channels, vector);
    }

    int lower_add(const Node& node, bool vector) {
        std::size_t main = joins_addition(node.inputs[0]) ? 1 : 0;
        // Of two convolutions the later one takes the addition: its result need not wait.
        Step* target = nullptr;
        for (std::size_t k = 0; k < 2; ++k) {
            if (joins_addition(node.inputs[k]) || node.inputs[0] == node.inputs[1]) continue;
            Step* step = private_producer(node.inputs[k]);
            if (!step || step->kind != StepKind::conv || step->groups != 1 || step->added >= 0 ||
                (target && step < target))
                continue;
            target = step;
            main = k;
        }
        const Value other = node.inputs[1 - main];
        Step step;
        step.kind = StepKind::add;
        step.inputs = {input(node, main)};
        if (target) {
            step = std::move(*target);
            target->output = -1;  // moves to the end of the list, behind what it adds
        }
        step.added = value_[at(other)];
        step.added_upsampled = joins_addition(other);
        step.added_first = step.slope == 1;
        if (!target) return push(std::move(step), node.out_channels, vector);
        producer_[at(step.output)] = static_cast<int>(steps_.size());
        steps_.push_back(std::move(step));
        return steps_.back().output;
    }

    int lower_concat(const Node& node, Value self) {
        Step step;
        step.kind = StepKind::concat;
        for (std::size_t k = 0; k < node.inputs.size(); ++k) step.inputs.push_back(input(node, k));
        // An activation behind goes into the parts, if all of them can take it.
        const Value reader = only_reader(self);
        bool push_down = reader >= 0 && nodes_[at(reader)].op == Op::activation;
        for (Value part : node.inputs) {
            Step* before = private_producer(part);
            push_down = push_down && before && takes_activation(*before);
        }
        if (push_down)
            for (Value part : node.inputs) private_producer(part)->slope = slope_of(nodes_[at(reader)]);
        const int value = push(std::move(step), node.out_channels, false);
        if (push_down) activated_.push_back(value);
        return value;
    }

    const Module& module_;
    const std::vector<Node>& nodes_;
    std::vector<int> uses_;        // readers of each node's result
    std::vector<int> value_;       // node to value
    std::vector<int> channels_;    // of values
    std::vector<bool> is_vector_;  // of values
    std::vector<int> producer_;    // value to step
    std::vector<Step> steps_;      // output -1: moved
    std::vector<int> activated_;   // concatenations whose activation is done by their parts
};

}  // namespace

std::vector<int> Program::readers() const {
    std::vector<int> counts(channels.size(), 0);
    for (const Step& step : steps) {
        for (int value : step.inputs) ++counts[static_cast<std::size_t>(value)];
        if (step.added >= 0) ++counts[static_cast<std::size_t>(step.added)];
    }
    for (const ProgramOutput& output : outputs) ++counts[static_cast<std::size_t>(output.value)];
    return counts;
}

Program make_program(const Module& module) {
    at::NoGradGuard no_grad;
    require(!module.is_training(), "network: a network in training mode cannot be compiled");
    Program program = Lowering(module).run();
    merge_siblings(program);
    return program;
}

}  // namespace emotion::nn
