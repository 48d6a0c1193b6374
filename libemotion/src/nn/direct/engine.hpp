#pragma once

#include <ATen/core/Tensor.h>

#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "nn/direct/kernels.hpp"
#include "nn/direct/pack.hpp"
#include "nn/direct/plan.hpp"
#include "nn/input_rows.hpp"
#include "nn/program.hpp"

namespace emotion::nn::direct {

/// Runs a program in f32 on the processor with kernels of our own. Reads and writes go to one block of memory, laid out
/// once for each size of input, that is kept from call to call: nothing is allocated but the results.
/// Two threads may call forward at once; each has its own block.
class DirectEngine {
public:
    /// Whether all steps of a program are of the kinds this engine has.
    static bool supports(const Program& program);

    explicit DirectEngine(Program program, const Kernels& kernels = best_kernels());

    /// Results as Executor::forward gives them.
    std::vector<at::Tensor> forward(const InputRows& input) const;

private:
    class Arena;

    std::shared_ptr<const Plan> plan_for(int height, int width) const;

    Program program_;
    const Kernels& kernels_;
    std::vector<Packed> packed_;  // of each step
    mutable std::mutex mutex_;
    mutable std::list<std::shared_ptr<const Plan>> plans_;  // newest use first
    mutable std::vector<at::Tensor> arenas_;                // not in use
};

}  // namespace emotion::nn::direct
