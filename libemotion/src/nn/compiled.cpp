#include "nn/compiled.hpp"

#include <optional>

#include "nn/direct/engine.hpp"
#include "nn/program.hpp"
#include "nn/torch_engine.hpp"

namespace emotion::nn {

struct CompiledNetwork::Impl {
    std::optional<direct::DirectEngine> direct;
    std::optional<TorchEngine> torch;
};

CompiledNetwork::CompiledNetwork(const Module& module, c10::Device device, at::ScalarType dtype)
    : impl_(std::make_unique<Impl>()) {
    Program program = make_program(module);
    if (device.is_cpu() && dtype == at::kFloat && direct::DirectEngine::supports(program))
        impl_->direct.emplace(std::move(program));
    else
        impl_->torch.emplace(std::move(program), device, dtype);
}

CompiledNetwork::~CompiledNetwork() = default;
CompiledNetwork::CompiledNetwork(CompiledNetwork&&) noexcept = default;
CompiledNetwork& CompiledNetwork::operator=(CompiledNetwork&&) noexcept = default;

std::vector<at::Tensor> CompiledNetwork::forward(const at::Tensor& x) const {
    return impl_->direct ? impl_->direct->forward(rows_of(x)) : impl_->torch->forward(x);
}
std::vector<at::Tensor> CompiledNetwork::forward(const InputRows& input) const {
    return impl_->direct ? impl_->direct->forward(input) : impl_->torch->forward(input.tensor());
}

}  // namespace emotion::nn
