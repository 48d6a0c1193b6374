#include "train/best_epoch.hpp"

#include <ATen/ATen.h>

#include <bit>

namespace emotion::train {

void BestEpoch::offer(int epoch, double figure, const nn::State& weights) {
    if (epoch_ > 0 && !(figure < figure_)) return;
    epoch_ = epoch;
    figure_ = figure == figure ? figure : std::numeric_limits<double>::infinity();
    weights_.clear();
    for (const auto& [name, tensor] : weights) weights_.emplace_back(name, tensor.detach().clone());
}

void BestEpoch::save(Checkpoint& checkpoint) const {
    checkpoint.add("best/", weights_);
    checkpoint.texts["best_epoch"] = std::to_string(epoch_);
    checkpoint.texts["best_figure_bits"] = std::to_string(std::bit_cast<std::int64_t>(figure_));
}

void BestEpoch::restore(const Checkpoint& checkpoint) {
    epoch_ = static_cast<int>(checkpoint.integer("best_epoch"));
    figure_ = std::bit_cast<double>(checkpoint.integer("best_figure_bits"));
    weights_ = checkpoint.part("best/");
}

}  // namespace emotion::train
