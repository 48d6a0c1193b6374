#include "nn/fused_convolution.hpp"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <array>
#include <optional>
#include <string_view>

namespace emotion::nn {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;

using Reorder = at::Tensor(const at::Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, std::int64_t,
                           at::OptionalIntArrayRef);
using Pointwise = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef,
                             at::IntArrayRef, at::IntArrayRef, std::int64_t, std::string_view, Scalars,
                             std::optional<std::string_view>);
using Binary = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                          at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, std::int64_t, std::string_view,
                          std::optional<at::Scalar>, std::optional<std::string_view>, Scalars,
                          std::optional<std::string_view>);

struct Operators {
    std::optional<c10::TypedOperatorHandle<Reorder>> reorder;
    std::optional<c10::TypedOperatorHandle<Pointwise>> pointwise;
    std::optional<c10::TypedOperatorHandle<Binary>> binary;

    bool complete() const { return reorder && pointwise && binary; }
};

template <class Signature>
std::optional<c10::TypedOperatorHandle<Signature>> find(const char* name, const char* overload) {
    try {
        auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
        if (!handle) return std::nullopt;
        return handle->typed<Signature>();
    } catch (const c10::Error&) {
        return std::nullopt;  // there, but with other arguments
    }
}

const Operators& operators() {
    static const Operators found{find<Reorder>("mkldnn::_reorder_convolution_weight", ""),
                                 find<Pointwise>("mkldnn::_convolution_pointwise", ""),
                                 find<Binary>("mkldnn::_convolution_pointwise", "binary")};
    return found;
}

std::string_view activation_name(float slope) {
    if (slope == 1) return "none";
    return slope == 0 ? "relu" : "leaky_relu";
}

Scalars activation_scalars(float slope) {
    Scalars scalars;
    if (slope != 1 && slope != 0) scalars.push_back(at::Scalar(slope));
    return scalars;
}

}  // namespace

FusedConvolution::FusedConvolution(const Step& step)
    : bias_(step.bias), stride_(step.stride), padding_(step.padding), groups_(step.groups) {
    if (!operators().complete()) return;
    const std::array<std::int64_t, 2> padding{padding_, padding_}, stride{stride_, stride_}, dilation{1, 1};
    try {
        weight_ = operators().reorder->call(step.weight, padding, stride, dilation, groups_, std::nullopt);
    } catch (const c10::Error&) {
        weight_ = at::Tensor();  // oneDNN switched off, or no kernel for this type: LibTorch's own convolution is used
    }
}

at::Tensor FusedConvolution::run(const at::Tensor& x, const at::Tensor& added, float slope) const {
    const std::array<std::int64_t, 2> padding{padding_, padding_}, stride{stride_, stride_}, dilation{1, 1};
    const std::string_view activation = activation_name(slope);
    if (!added.defined())
        return operators().pointwise->call(x, weight_, bias_, padding, stride, dilation, groups_, activation,
                                           activation_scalars(slope), std::nullopt);
    // oneDNN takes no leaky ReLU behind an addition.
    const bool fused = slope == 1 || slope == 0;
    at::Tensor y = operators().binary->call(
        x, added, weight_, bias_, padding, stride, dilation, groups_, "add", at::Scalar(1.0),
        slope == 0 ? std::optional<std::string_view>("relu") : std::nullopt, Scalars(), std::nullopt);
    return fused ? y : at::leaky_relu_(y, slope);
}

}  // namespace emotion::nn
