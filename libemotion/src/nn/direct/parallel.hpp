#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

namespace emotion::nn::direct {

/// Calls work(begin, end) for parts of [0, count), in several threads where each gets work worth waking it.
/// cost: multiplications, roughly, for each of `count`.
template <class Work>
void parallel(std::int64_t count, std::int64_t cost, const Work& work) {
    constexpr std::int64_t kWorthAThread = 200'000;
    const std::int64_t grain = std::max<std::int64_t>(1, kWorthAThread / std::max<std::int64_t>(cost, 1));
    if (count <= grain)
        work(std::int64_t{0}, count);
    else
        at::parallel_for(0, count, grain, work);
}

}  // namespace emotion::nn::direct
