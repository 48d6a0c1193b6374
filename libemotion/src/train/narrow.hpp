#pragma once

#include "nn/module.hpp"

namespace emotion::train {

/// The weights of a face_resnet for one of the same graph whose stages have as many channels or fewer: those channels
/// are kept that the layers behind them hear most of, and the others are left out of the layers that make and that
/// read them. How much is heard of a channel is estimated from the weights alone: the variance of ReLU(x) for x normal
/// with the batch norm's shift as mean and its scale as deviation, times the sum of the squared weights that read it,
/// each multiplied by its own batch norm's scale / deviation (after Li et al. 2017, arXiv 1608.08710, and Liu et al.
/// 2017, arXiv 1708.06519, who take the size of the filter and the scale of the norm). A network that is trained on
/// from there needs a fraction of the steps.
///
/// Only shapes of `narrow` count; stages that are wider there, and all other tensors, come back as they are.
nn::State narrowed(const nn::State& wide, const nn::State& narrow);

}  // namespace emotion::train
