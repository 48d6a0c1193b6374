#pragma once

#include "nn/module.hpp"

namespace emotion::train {

/// The weights of a network for one of the same graph whose layers have as many channels or more: channel k of the wide
/// one is a copy of channel k modulo the narrow count, and weights that read copies share what they read among them, so
/// that both networks give the same outputs (Chen et al. 2016, Net2Net, arXiv 1511.05641). So that copies learn
/// different things, each weight of a widened layer is multiplied by 1 + `noise` x a normal random number of LibTorch's
/// generator; layers of equal shape keep their weights. Convolutions must be ungrouped or depthwise.
///
/// Only shapes of `wide` count. Throws Error{model_format} naming the first tensor that is narrower in `wide`, or has
/// other sizes beside the channels.
nn::State widened(const nn::State& narrow, const nn::State& wide, double noise = 0.1);

}  // namespace emotion::train
