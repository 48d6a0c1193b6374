#include "train/arithmetic.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>

#include "base/check.hpp"

namespace emotion::train {
namespace {

/// Autocast to bfloat16 in this thread while it lives.
class Autocast {
public:
    explicit Autocast(at::DeviceType type)
        : type_(type),
          enabled_(at::autocast::is_autocast_enabled(type)),
          dtype_(at::autocast::get_autocast_dtype(type)) {
        at::autocast::set_autocast_dtype(type_, at::kBFloat16);
        at::autocast::set_autocast_enabled(type_, true);
    }
    ~Autocast() {
        at::autocast::set_autocast_enabled(type_, enabled_);
        at::autocast::set_autocast_dtype(type_, dtype_);
        at::autocast::clear_cache();  // it holds copies of the weights, which the next step moves
    }
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    at::DeviceType type_;
    bool enabled_;
    at::ScalarType dtype_;
};

}  // namespace

void require_training_precision(const char* who, Precision precision) {
    require(precision == Precision::f32 || precision == Precision::bf16, "{}: precision must be f32 or bf16, got {}",
            who, to_string(precision));
}

Arithmetic resolve_arithmetic(const char* who, const std::string& device, Precision precision) {
    Arithmetic result{.device = c10::Device(resolve_device(device)), .bf16 = precision == Precision::bf16};
    if (result.bf16 && result.device.is_cpu() && !cpu_has_bf16())
        fail(ErrorCode::unsupported,
             "{}: precision bf16 was asked for, but this processor does not compute bfloat16 (avx512_bf16 or AMX)",
             who);
    return result;
}

nn::Module make_module(const nn::Graph& graph, c10::Device device) {
    nn::Module module(graph);
    module.to(device);
    return module;
}

std::vector<at::Tensor> forward(const nn::Module& module, const at::Tensor& x, const Arithmetic& arithmetic) {
    const at::Tensor input = x.to(arithmetic.device);
    if (!arithmetic.bf16) return module.forward(input);
    std::vector<at::Tensor> outputs;
    {
        const Autocast autocast(arithmetic.device.type());
        outputs = module.forward(input);
    }
    for (at::Tensor& output : outputs) output = output.to(at::kFloat);
    return outputs;
}

}  // namespace emotion::train
