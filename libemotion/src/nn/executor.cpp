#include "nn/executor.hpp"

#include <ATen/ATen.h>

#include "base/check.hpp"
#include "nn/compiled.hpp"
#include "nn/inference.hpp"
#include "nn/load.hpp"

namespace emotion::nn {
namespace {

Precision resolve_precision(Precision precision, bool cuda) {
    if (precision == Precision::fastest) {
        if (cuda) return Precision::f16;
        return cpu_has_bf16() ? Precision::bf16 : Precision::f32;
    }
    if (precision == Precision::f16 && !cuda)
        fail(ErrorCode::unsupported,
             "network: precision f16 needs a CUDA device, and this network is on the processor");
    return precision;
}

at::ScalarType scalar_type(Precision precision) {
    if (precision == Precision::bf16) return at::kBFloat16;
    return precision == Precision::f16 ? at::kHalf : at::kFloat;
}

}  // namespace

struct Executor::Impl {
    ModelCard card;
    std::unique_ptr<Module> module;             // the module form
    std::unique_ptr<CompiledNetwork> compiled;  // or the compiled one
    int input_channels = 0;
    std::string device;
    Precision precision = Precision::f32;
    std::vector<std::string> names;
    std::int64_t parameter_count = 0;

    std::vector<at::Tensor> forward(const at::Tensor& x) const {
        if (compiled) return compiled->forward(x);
        const at::Tensor input = x.to(c10::Device(device), scalar_type(precision));
        std::vector<at::Tensor> outputs = module->forward(input);
        for (at::Tensor& output : outputs) output = output.to(at::kCPU, at::kFloat);
        return outputs;
    }
};

Executor::Executor(const std::filesystem::path& folder, NetworkForm form, const std::string& device,
                   Precision precision)
    : Executor(with_torch_errors("network", [&] { return load_module(folder); }), form, device, precision) {}

Executor::Executor(LoadedModule loaded, NetworkForm form, const std::string& device, Precision precision)
    : impl_(std::make_unique<Impl>()) {
    impl_->device = resolve_device(device);
    impl_->precision = resolve_precision(precision, impl_->device != "cpu");
    impl_->card = std::move(loaded.card);
    for (const auto& [name, value] : loaded.module->graph().outputs()) impl_->names.push_back(name);
    impl_->parameter_count = loaded.module->parameter_count();
    impl_->input_channels = loaded.module->graph().input_channels();
    with_torch_errors("network", [&] {
        const c10::Device torch_device(impl_->device);
        const at::ScalarType dtype = scalar_type(impl_->precision);
        if (form == NetworkForm::compiled) {
            impl_->compiled = std::make_unique<CompiledNetwork>(*loaded.module, torch_device, dtype);
        } else {
            loaded.module->to(torch_device, dtype);
            impl_->module = std::move(loaded.module);
        }
    });
}

Executor::~Executor() = default;
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;

const ModelCard& Executor::card() const noexcept {
    return impl_->card;
}
const std::string& Executor::device() const noexcept {
    return impl_->device;
}
Precision Executor::precision() const noexcept {
    return impl_->precision;
}
const std::vector<std::string>& Executor::output_names() const noexcept {
    return impl_->names;
}
std::int64_t Executor::parameter_count() const noexcept {
    return impl_->parameter_count;
}

std::vector<at::Tensor> Executor::forward(const at::Tensor& x) const {
    const int channels = impl_->input_channels;
    require(x.dim() == 4 && x.size(1) == channels && x.size(0) > 0 && x.size(2) > 0 && x.size(3) > 0,
            "network: input has shape [{}], expected [n, {}, height, width]", fmt::join(x.sizes(), ", "), channels);
    require(x.scalar_type() == at::kFloat && x.device().is_cpu(),
            "network: input must be 32-bit floats on the processor");
    return with_torch_errors("network", [&] {
        InferenceGuard guard;
        return impl_->forward(x);
    });
}

std::vector<at::Tensor> Executor::forward(const InputRows& input) const {
    require(input.channels == impl_->input_channels && input.count > 0 && input.height > 0 && input.width > 0,
            "network: input has shape [{}, {}, {}, {}], expected [n, {}, height, width]", input.count, input.channels,
            input.height, input.width, impl_->input_channels);
    return with_torch_errors("network", [&] {
        InferenceGuard guard;
        return impl_->compiled ? impl_->compiled->forward(input) : impl_->forward(input.tensor());
    });
}

}  // namespace emotion::nn
