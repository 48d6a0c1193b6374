#pragma once

#include <ATen/core/Tensor.h>

namespace emotion::train {

/// Cross entropy with a distribution as target, sum of weight * loss over the number of pictures with a weight
/// above 0.
/// logits, target: (n, classes); weight: (n). smoothing: share of the target spread evenly over the classes.
at::Tensor soft_cross_entropy(const at::Tensor& logits, const at::Tensor& target, const at::Tensor& weight,
                              double smoothing);

/// 1 - concordance of each column, mean over the columns; weighted moments, population form. Differentiable.
/// said, truth: (n, k); weight: (n), not all 0.
at::Tensor concordance_loss(const at::Tensor& said, const at::Tensor& truth, const at::Tensor& weight);

}  // namespace emotion::train
