#include "train/emotion_loss.hpp"

#include <ATen/ATen.h>

namespace emotion::train {

at::Tensor soft_cross_entropy(const at::Tensor& logits, const at::Tensor& target, const at::Tensor& weight,
                              double smoothing) {
    const auto classes = static_cast<double>(logits.size(1));
    at::Tensor smooth = smoothing > 0 ? target * (1 - smoothing) + smoothing / classes : target;
    at::Tensor loss = -(smooth * at::log_softmax(logits, 1)).sum(1);
    return (loss * weight).sum() / weight.gt(0).sum().clamp_min(1);
}

at::Tensor class_balance(const at::Tensor& target, const at::Tensor& weight, double balance) {
    at::Tensor labelled = weight.gt(0);
    at::Tensor frequency = target.index({labelled}).sum(0);
    // A class without pictures is in no target.
    at::Tensor of_class = frequency.clamp_min(1e-6).pow(-balance);
    at::Tensor factor = (target * of_class).sum(1);
    factor = factor * (labelled.sum() / factor.index({labelled}).sum());
    return at::where(labelled, factor, at::ones_like(factor));
}

at::Tensor concordance_loss(const at::Tensor& said, const at::Tensor& truth, const at::Tensor& weight) {
    at::Tensor w = (weight / weight.sum()).unsqueeze(1);
    at::Tensor mean_said = (w * said).sum(0);
    at::Tensor mean_truth = (w * truth).sum(0);
    at::Tensor from_said = said - mean_said;
    at::Tensor from_truth = truth - mean_truth;
    at::Tensor covariance = (w * from_said * from_truth).sum(0);
    at::Tensor spread =
        (w * from_said.square()).sum(0) + (w * from_truth.square()).sum(0) + (mean_said - mean_truth).square();
    // The small number keeps the gradient finite where a batch has one label only.
    return (1 - 2 * covariance / (spread + 1e-6)).mean();
}

}  // namespace emotion::train
