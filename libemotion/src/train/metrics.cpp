#include "train/metrics.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace emotion::train {

at::Tensor confusion_matrix(const at::Tensor& truth, const at::Tensor& said, std::int64_t classes) {
    return at::bincount(truth * classes + said, {}, classes * classes).view({classes, classes});
}

double accuracy(const at::Tensor& confusion) {
    const auto total = confusion.sum().item<std::int64_t>();
    return total > 0 ? static_cast<double>(confusion.trace().item<std::int64_t>()) / static_cast<double>(total) : 0;
}

at::Tensor recalls(const at::Tensor& confusion) {
    return confusion.diagonal().to(at::kDouble) / confusion.sum(1).to(at::kDouble);
}

double macro_f1(const at::Tensor& confusion) {
    at::Tensor counts = confusion.to(at::kDouble);
    at::Tensor present = counts.sum(1).gt(0);
    if (!present.any().item<bool>()) return 0;
    at::Tensor f1 = 2 * counts.diagonal() / (counts.sum(0) + counts.sum(1));
    return f1.masked_select(present).mean().item<double>();
}

double calibration_error(const at::Tensor& probabilities, const at::Tensor& truth, int bins) {
    if (truth.numel() == 0) return 0;
    auto [best, said] = probabilities.to(at::kDouble).max(1);
    at::Tensor hit = said.eq(truth).to(at::kDouble);
    at::Tensor bin = (best * bins).floor().clamp(0, bins - 1).to(at::kLong);
    at::Tensor zeros = at::zeros({bins}, at::kDouble);
    at::Tensor gap = zeros.index_add(0, bin, hit) - zeros.index_add(0, bin, best);
    return gap.abs().sum().item<double>() / static_cast<double>(truth.numel());
}

double fit_temperature(const at::Tensor& logits, const at::Tensor& truth) {
    at::NoGradGuard no_grad;
    at::Tensor wide = logits.to(at::kDouble);
    auto loss = [&](double log_temperature) {
        at::Tensor log_p = at::log_softmax(wide / std::exp(log_temperature), 1);
        return -log_p.gather(1, truth.unsqueeze(1)).mean().item<double>();
    };
    // Golden section search: the loss has one valley in the inverse temperature.
    double low = std::log(0.2);
    double high = std::log(5.0);
    const double share = 1 / std::numbers::phi;
    for (int i = 0; i < 60; ++i) {
        const double a = high - share * (high - low);
        const double b = low + share * (high - low);
        if (loss(a) < loss(b)) {
            high = b;
        } else {
            low = a;
        }
    }
    return std::exp((low + high) / 2);
}

double concordance(const at::Tensor& a, const at::Tensor& b) {
    at::Tensor x = a.to(at::kDouble);
    at::Tensor y = b.to(at::kDouble);
    const double mean_x = x.mean().item<double>();
    const double mean_y = y.mean().item<double>();
    const double covariance = ((x - mean_x) * (y - mean_y)).mean().item<double>();
    const double spread = (x - mean_x).square().mean().item<double>() + (y - mean_y).square().mean().item<double>() +
                          (mean_x - mean_y) * (mean_x - mean_y);
    return spread > 0 ? 2 * covariance / spread : 0;
}

double root_mean_square_error(const at::Tensor& a, const at::Tensor& b) {
    return std::sqrt((a.to(at::kDouble) - b.to(at::kDouble)).square().mean().item<double>());
}

}  // namespace emotion::train
