#include "train/widen.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <map>

#include "base/check.hpp"

namespace emotion::train {
namespace {

/// For each of `wide` channels the narrow one it copies.
at::Tensor sources(std::int64_t narrow, std::int64_t wide) {
    return at::arange(wide, at::kLong).remainder(narrow);
}

/// For each of `wide` channels the share of what it carries: 1 / number of copies.
at::Tensor shares(std::int64_t narrow, std::int64_t wide) {
    at::Tensor of = sources(narrow, wide);
    return at::bincount(of, {}, narrow).to(at::kFloat).reciprocal().index_select(0, of);
}

void require_fits(const std::string& name, const at::Tensor& narrow, const at::Tensor& wide) {
    bool fits = narrow.dim() == wide.dim();
    for (std::int64_t d = 0; fits && d < narrow.dim(); ++d)
        fits = d < 2 ? narrow.size(d) <= wide.size(d) : narrow.size(d) == wide.size(d);
    if (!fits)
        fail(ErrorCode::model_format, "the first weights do not fit: {} is {}, expected at most {}", name,
             fmt::join(narrow.sizes(), " x "), fmt::join(wide.sizes(), " x "));
}

at::Tensor widened(const at::Tensor& narrow, const at::Tensor& wide, double noise) {
    at::Tensor result = narrow.index_select(0, sources(narrow.size(0), wide.size(0)));
    if (narrow.dim() < 2) return result;
    const std::int64_t inputs = narrow.size(1);
    std::vector<std::int64_t> along_inputs(static_cast<std::size_t>(narrow.dim()), 1);
    along_inputs[1] = wide.size(1);
    result = result.index_select(1, sources(inputs, wide.size(1))) * shares(inputs, wide.size(1)).view(along_inputs);
    return result * (1 + noise * at::randn_like(result));
}

}  // namespace

nn::State widened(const nn::State& narrow, const nn::State& wide, double noise) {
    at::NoGradGuard no_grad;
    std::map<std::string, at::Tensor> shapes(wide.begin(), wide.end());
    nn::State result;
    for (const auto& [name, tensor] : narrow) {
        const auto found = shapes.find(name);
        if (found == shapes.end() || tensor.sizes() == found->second.sizes()) {
            result.emplace_back(name, tensor);
            continue;
        }
        require_fits(name, tensor, found->second);
        result.emplace_back(name, widened(tensor, found->second, noise));
    }
    return result;
}

}  // namespace emotion::train
