#include "nn/torch_engine.hpp"

#include <ATen/ATen.h>

#include "nn/fused_convolution.hpp"

namespace emotion::nn {
namespace {

std::size_t at_index(int index) {
    return static_cast<std::size_t>(index);
}

at::Tensor activate(at::Tensor x, float slope) {
    if (slope == 1) return x;
    return slope == 0 ? at::relu_(x) : at::leaky_relu_(x, slope);
}

}  // namespace

struct TorchEngine::Impl {
    Program program;
    c10::Device device;
    at::ScalarType dtype;
    std::vector<FusedConvolution> convolutions;  // of each step
    std::vector<std::vector<int>> last_read;     // values that nobody reads after the step

    Impl(Program with_program, c10::Device on_device, at::ScalarType with_dtype)
        : program(std::move(with_program)),
          device(on_device),
          dtype(with_dtype),
          convolutions(program.steps.size()),
          last_read(program.steps.size()) {
        for (std::size_t i = 0; i < program.steps.size(); ++i) {
            Step& step = program.steps[i];
            if (!step.weight.defined()) continue;
            step.weight = step.weight.to(device, dtype);
            step.bias = step.bias.to(device, dtype);
            if (step.kind != StepKind::conv) continue;
            step.weight = step.weight.contiguous(at::MemoryFormat::ChannelsLast);
            if (device.is_cpu()) convolutions[i] = FusedConvolution(step);
        }
        find_last_reads();
    }

    /// Results are let go as soon as their last reader ran: their memory, still in the cache, serves the next ones.
    void find_last_reads() {
        std::vector<int> last(program.channels.size(), -1);
        for (std::size_t i = 0; i < program.steps.size(); ++i) {
            const Step& step = program.steps[i];
            for (int value : step.inputs) last[at_index(value)] = static_cast<int>(i);
            if (step.added >= 0) last[at_index(step.added)] = static_cast<int>(i);
            if (step.reference >= 0) last[at_index(step.reference)] = static_cast<int>(i);
        }
        for (const ProgramOutput& output : program.outputs) last[at_index(output.value)] = -1;
        for (std::size_t value = 0; value < last.size(); ++value)
            if (last[value] >= 0) last_read[at_index(last[value])].push_back(static_cast<int>(value));
    }

    at::Tensor added(const Step& step, const std::vector<at::Tensor>& values, const at::Tensor& result) const {
        const at::Tensor& other = values[at_index(step.added)];
        if (!step.added_upsampled) return other;
        return at::upsample_nearest2d(other, {result.size(2), result.size(3)});
    }

    at::Tensor convolve(std::size_t index, const std::vector<at::Tensor>& values) const {
        const Step& step = program.steps[index];
        const at::Tensor& x = values[at_index(step.inputs[0])];
        const bool fuse_addition = step.added >= 0 && !step.added_upsampled && step.added_first;
        const bool fuse_activation = step.added < 0 || !step.added_first || fuse_addition;
        at::Tensor y;
        if (convolutions[index].available()) {
            y = convolutions[index].run(x, fuse_addition ? values[at_index(step.added)] : at::Tensor(),
                                        fuse_activation ? step.slope : 1);
        } else {
            y = at::conv2d(x, step.weight, step.bias, {step.stride, step.stride}, {step.padding, step.padding}, {1, 1},
                           step.groups);
            if (fuse_addition) y.add_(values[at_index(step.added)]);
            if (fuse_activation) y = activate(y, step.slope);
        }
        if (step.added >= 0 && !fuse_addition) y.add_(added(step, values, y));
        return fuse_activation ? y : activate(y, step.slope);
    }

    at::Tensor run(std::size_t index, const std::vector<at::Tensor>& values) const {
        const Step& step = program.steps[index];
        const at::Tensor& x = values[at_index(step.inputs[0])];
        switch (step.kind) {
            case StepKind::conv:
                return convolve(index, values);
            case StepKind::linear:
                return activate(at::linear(x, step.weight, step.bias), step.slope);
            case StepKind::add:
                return activate(x + added(step, values, x), step.slope);
            case StepKind::concat: {
                std::vector<at::Tensor> parts;
                for (int value : step.inputs) parts.push_back(values[at_index(value)]);
                return at::cat(parts, 1);
            }
            case StepKind::max_pool:
                return at::max_pool2d(x, {step.kernel, step.kernel}, {step.stride, step.stride},
                                      {step.padding, step.padding});
            case StepKind::upsample: {
                const at::Tensor& like = values[at_index(step.reference)];
                return at::upsample_nearest2d(x, {like.size(2), like.size(3)});
            }
            case StepKind::average_pool:
                return x.mean({2, 3});
            case StepKind::flatten:
                return x.flatten(1);
            case StepKind::activation:
                return activate(x.clone(), step.slope);
        }
        return {};
    }
};

TorchEngine::TorchEngine(Program program, c10::Device device, at::ScalarType dtype)
    : impl_(std::make_unique<Impl>(std::move(program), device, dtype)) {}
TorchEngine::~TorchEngine() = default;
TorchEngine::TorchEngine(TorchEngine&&) noexcept = default;
TorchEngine& TorchEngine::operator=(TorchEngine&&) noexcept = default;

std::vector<at::Tensor> TorchEngine::forward(const at::Tensor& x) const {
    const Program& program = impl_->program;
    std::vector<at::Tensor> values(program.channels.size());
    values[0] = x.to(impl_->device, impl_->dtype).contiguous(at::MemoryFormat::ChannelsLast);
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        values[at_index(program.steps[i].output)] = impl_->run(i, values);
        for (int value : impl_->last_read[i]) values[at_index(value)] = at::Tensor();
    }
    std::vector<at::Tensor> outputs;
    for (const ProgramOutput& output : program.outputs)
        outputs.push_back(
            values[at_index(output.value)].narrow(1, output.first_channel, output.channels).to(at::kCPU, at::kFloat));
    return outputs;
}

}  // namespace emotion::nn
