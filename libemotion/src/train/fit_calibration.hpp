#pragma once

#include <ATen/core/Tensor.h>

#include "emotion/model_card.hpp"

namespace emotion::train {

/// The weights and the bias with the least sum of the cross entropy of `targets` with softmax(weights * z + bias) and
/// half the squared distance of both from the identity and from zeros: multinomial logistic regression with normal
/// priors, by Newton's method. Its description is empty.
/// z: (n, k) double, finite. targets: (n, k) double, at least 0; a row's sum is its weight. n may be 0.
Calibration fit_calibration(const at::Tensor& z, const at::Tensor& targets);

}  // namespace emotion::train
