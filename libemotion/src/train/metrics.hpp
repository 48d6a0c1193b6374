#pragma once

#include <ATen/core/Tensor.h>

namespace emotion::train {

/// Counts (classes, classes) int64: rows are the truth, columns what was said. truth, said: (n) int64 in [0, classes).
at::Tensor confusion_matrix(const at::Tensor& truth, const at::Tensor& said, std::int64_t classes);
/// Share of the diagonal; 0 for an empty matrix.
double accuracy(const at::Tensor& confusion);
/// Share of each class that was found, (classes) double; NaN for a class without pictures.
at::Tensor recalls(const at::Tensor& confusion);
/// Mean over the classes that have pictures of 2 * hits / (pictures of the class + times it was said); 0 if none has.
double macro_f1(const at::Tensor& confusion);

/// Expected calibration error (Guo et al. 2017, arXiv 1706.04599): the best probabilities in equal bins of [0, 1], mean
/// distance between a bin's mean probability and its accuracy, by share of pictures.
/// probabilities: (n, classes), truth: (n) int64.
double calibration_error(const at::Tensor& probabilities, const at::Tensor& truth, int bins = 15);
/// The temperature in [0.2, 5] with the least mean negative log-likelihood of softmax(logits / temperature).
double fit_temperature(const at::Tensor& logits, const at::Tensor& truth);

/// Concordance correlation coefficient (Lin 1989): 2 cov / (var_a + var_b + (mean_a - mean_b)^2), population moments;
/// 0 where both are constant. a, b: (n).
double concordance(const at::Tensor& a, const at::Tensor& b);
double root_mean_square_error(const at::Tensor& a, const at::Tensor& b);

}  // namespace emotion::train
