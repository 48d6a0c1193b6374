#include "emotion/network.hpp"

#include <ATen/ATen.h>

#include <chrono>
#include <numeric>

#include "base/check.hpp"
#include "emotion/model_store.hpp"
#include "nn/executor.hpp"

namespace emotion {
namespace {

void check_sides(const ModelCard& card, std::int64_t height, std::int64_t width) {
    auto check = [&](const char* name, std::int64_t side, int fixed) {
        require(fixed == 0 || side == fixed, "Network: {} of the input is {} px, but {} takes {} px only", name, side,
                card.name, fixed);
        require(side > 0 && side % card.input.stride == 0,
                "Network: {} of the input is {} px, expected a positive multiple of {}", name, side, card.input.stride);
    };
    check("height", height, card.input.height);
    check("width", width, card.input.width);
}

FloatArray to_array(const at::Tensor& tensor) {
    const at::Tensor dense = tensor.contiguous();
    const float* values = dense.const_data_ptr<float>();
    return {tensor.sizes().vec(), {values, values + dense.numel()}};
}

}  // namespace

struct Network::Impl {
    nn::Executor executor;
};

Network::Network(const NetworkOptions& options)
    : impl_(new Impl{nn::Executor(find_model(options.model), options.form, options.device, options.precision)}) {}

Network::~Network() = default;
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;

const ModelCard& Network::card() const noexcept {
    return impl_->executor.card();
}
const std::vector<std::string>& Network::output_names() const noexcept {
    return impl_->executor.output_names();
}
std::int64_t Network::parameter_count() const noexcept {
    return impl_->executor.parameter_count();
}

std::vector<FloatArray> Network::forward(const FloatArray& input) const {
    require(input.shape.size() == 4, "Network: input has {} dimensions, expected 4 (n, channels, height, width)",
            input.shape.size());
    const int channels = card().input.color == InputColor::gray ? 1 : 3;
    require(input.shape[0] >= 1 && input.shape[1] == channels,
            "Network: input has shape [{}], expected [n, {}, height, width] with n at least 1",
            fmt::join(input.shape, ", "), channels);
    check_sides(card(), input.shape[2], input.shape[3]);
    std::size_t count = 1;
    for (std::int64_t side : input.shape) count *= static_cast<std::size_t>(side);
    require(count == input.values.size(), "Network: input has {} values, but its shape [{}] holds {}",
            input.values.size(), fmt::join(input.shape, ", "), count);
    const at::Tensor x =
        at::from_blob(const_cast<float*>(input.values.data()), input.shape, at::TensorOptions(at::kFloat));
    std::vector<FloatArray> outputs;
    for (const at::Tensor& tensor : impl_->executor.forward(x)) outputs.push_back(to_array(tensor));
    return outputs;
}

std::vector<double> Network::time_forward(int n, int height, int width, int warmup, int repeats) const {
    require(n >= 1, "Network: n must be at least 1, got {}", n);
    require(warmup >= 0, "Network: warmup must be at least 0, got {}", warmup);
    require(repeats >= 1, "Network: repeats must be at least 1, got {}", repeats);
    check_sides(card(), height, width);
    const int channels = card().input.color == InputColor::gray ? 1 : 3;
    const at::Tensor x = at::randn({n, channels, height, width}).contiguous(at::MemoryFormat::ChannelsLast);
    std::vector<double> times_ms;
    for (int i = -warmup; i < repeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const std::vector<at::Tensor> outputs = impl_->executor.forward(x);
        const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
        if (i >= 0) times_ms.push_back(elapsed.count());
    }
    return times_ms;
}

}  // namespace emotion
