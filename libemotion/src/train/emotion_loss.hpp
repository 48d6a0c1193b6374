#pragma once

#include <ATen/core/Tensor.h>

namespace emotion::train {

/// Cross entropy with a distribution as target, sum of weight * loss over the number of pictures with a weight
/// above 0.
/// logits, target: (n, classes); weight: (n). smoothing: share of the target spread evenly over the classes.
at::Tensor soft_cross_entropy(const at::Tensor& logits, const at::Tensor& target, const at::Tensor& weight,
                              double smoothing);

/// The factor of each picture in the loss that makes rare classes count more: the mean over its target of
/// (1 / frequency of the class)^balance, scaled so that its mean over the pictures with a weight above 0 is 1. 1 for
/// the others. target: (n, classes); weight: (n); balance: in [0, 1].
at::Tensor class_balance(const at::Tensor& target, const at::Tensor& weight, double balance);

/// 1 - concordance of each column, mean over the columns; weighted moments, population form. Differentiable.
/// said, truth: (n, k); weight: (n), not all 0.
at::Tensor concordance_loss(const at::Tensor& said, const at::Tensor& truth, const at::Tensor& weight);

}  // namespace emotion::train
