#include "train/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace emotion::train {

double CosineSchedule::at(std::int64_t step) const noexcept {
    if (step < warmup_steps) return peak * static_cast<double>(step + 1) / static_cast<double>(warmup_steps);
    const auto span = static_cast<double>(std::max<std::int64_t>(1, total_steps - warmup_steps));
    const double done = std::min(1.0, static_cast<double>(step - warmup_steps) / span);
    return peak * (final_share + (1 - final_share) * 0.5 * (1 + std::cos(std::numbers::pi * done)));
}

}  // namespace emotion::train
