#pragma once

#include <cstdint>

namespace emotion::train {

/// The learning rate over a run: rises linearly from 0 over the warm-up, then falls along half a cosine
/// (Loshchilov and Hutter 2017, arXiv 1608.03983, without restarts).
struct CosineSchedule {
    double peak = 1e-3;
    std::int64_t warmup_steps = 0;  ///< at least 0
    std::int64_t total_steps = 1;   ///< at least 1
    double final_share = 0;         ///< of the peak, at the end; in [0, 1]

    /// step: counted from 0; at total_steps and beyond it stays at peak * final_share.
    double at(std::int64_t step) const noexcept;
};

}  // namespace emotion::train
