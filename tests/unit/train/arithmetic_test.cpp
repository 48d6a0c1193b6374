#include "train/arithmetic.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/grad_mode.h>

#include "nn/architectures.hpp"
#include "support/catch.hpp"

using namespace emotion;

namespace {

nn::Graph small_graph() {
    return nn::build_architecture(
        {.name = "emotion_resnet",
         .parameters = {{"widths", {8, 8, 16}}, {"blocks", {1}}, {"stem_stride", {2}}, {"dropout", {0.0}}}},
        1, 8);
}

double distance(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

const train::Arithmetic kBfloat16{.bf16 = true};  // computed in software where the processor has no instructions

}  // namespace

TEST_CASE("the options of a trainer become a device and a type, or a sentence") {
    const train::Arithmetic plain = train::resolve_arithmetic("who", "cpu", Precision::f32);
    CHECK(plain.device.is_cpu());
    CHECK_FALSE(plain.bf16);
    CHECK(train::resolve_arithmetic("who", "auto", Precision::f32).device.is_cpu() == !cuda_available());
    error_message(ErrorCode::invalid_argument, [] { train::resolve_arithmetic("who", "gpu", Precision::f32); });
    if (!cuda_available())
        CHECK(error_message(ErrorCode::unsupported, [] {
                  train::resolve_arithmetic("who", "cuda", Precision::f32);
              }).starts_with("device 'cuda' was asked for, but this "));
    for (Precision precision : {Precision::f16, Precision::fastest})
        CHECK(error_message(ErrorCode::invalid_argument, [&] {
                  train::require_training_precision("who", precision);
              }) == std::string("who: precision must be f32 or bf16, got ") + to_string(precision));
}

TEST_CASE("bfloat16 is taken where the processor computes it, and refused where it does not") {
    if (cpu_has_bf16()) {
        CHECK(train::resolve_arithmetic("who", "cpu", Precision::bf16).bf16);
        return;
    }
    const std::string message =
        error_message(ErrorCode::unsupported, [] { train::resolve_arithmetic("who", "cpu", Precision::bf16); });
    CHECK(message ==
          "who: precision bf16 was asked for, but this processor does not compute bfloat16 (avx512_bf16 or AMX)");
}

TEST_CASE("a forward pass in bfloat16 gives f32 outputs and gradients near those of f32") {
    at::manual_seed(1);
    nn::Module module = train::make_module(small_graph(), at::kCPU);
    module.set_requires_grad(true);
    const at::Tensor x = at::randn({4, 1, 48, 48});
    const at::Tensor exact = train::forward(module, x, {}).at(0);
    exact.square().sum().backward();
    const at::Tensor exact_gradient = module.parameters().front().grad().clone();
    module.parameters().front().mutable_grad() = at::Tensor();

    const at::Tensor rounded = train::forward(module, x, kBfloat16).at(0);
    CHECK_FALSE(at::autocast::is_autocast_enabled(at::kCPU));
    CHECK(rounded.scalar_type() == at::kFloat);
    const double size = exact.abs().max().item<double>();
    CHECK(distance(rounded, exact) > 1e-5 * size);  // it is another arithmetic
    CHECK(distance(rounded, exact) < 0.05 * size);
    rounded.square().sum().backward();
    const at::Tensor gradient = module.parameters().front().grad();
    CHECK(gradient.scalar_type() == at::kFloat);
    CHECK(distance(gradient, exact_gradient) < 0.1 * exact_gradient.abs().max().item<double>());
}

TEST_CASE("bfloat16 copies of the weights do not outlive their step") {
    at::manual_seed(1);
    nn::Module module = train::make_module(small_graph(), at::kCPU);
    module.set_requires_grad(true);
    const at::Tensor x = at::randn({2, 1, 48, 48});
    const at::Tensor before = train::forward(module, x, kBfloat16).at(0).detach();
    {
        at::NoGradGuard no_grad;
        for (at::Tensor parameter : module.parameters()) parameter.zero_();
    }
    CHECK(before.abs().max().item<double>() > 0);
    CHECK(train::forward(module, x, kBfloat16).at(0).abs().max().item<double>() == 0);
}
