#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "nn/module.hpp"

namespace emotion::nn {

/// A network for inference only: the graph's nodes with batch norms folded into the convolutions before them,
/// activations and additions fused into the step that feeds them, and convolutions that read the same tensor merged.
/// Both engines (DirectEngine, TorchEngine) run this list.

enum class StepKind {
    conv,
    linear,
    add,     ///< input + added, then the activation
    concat,  ///< along channels
    max_pool,
    upsample,  ///< nearest neighbour, to the size of `reference`
    average_pool,
    flatten,
    activation,
};

struct Step {
    StepKind kind = StepKind::conv;
    std::vector<int> inputs;  ///< values; one but for concat
    int output = -1;          ///< value
    at::Tensor weight;        ///< conv (out, in / groups, kernel, kernel), linear (out, in); f32
    at::Tensor bias;          ///< (out); f32, always there for conv and linear
    int kernel = 1;
    int stride = 1;
    int padding = 0;
    int groups = 1;
    float slope = 1;               ///< results below zero are multiplied by it: 1 for none, 0 for ReLU
    int added = -1;                ///< value added to the result, or -1
    bool added_upsampled = false;  ///< the added value is brought to the result's size by nearest neighbour
    bool added_first = true;       ///< added before the activation, else after
    int reference = -1;            ///< upsample: the value whose size counts

    bool is_depthwise() const { return kind == StepKind::conv && groups > 1 && groups == weight.size(0); }
};

/// A named result: some channels of a value.
struct ProgramOutput {
    std::string name;
    int value = 0;
    int first_channel = 0;
    int channels = 0;
};

struct Program {
    std::vector<Step> steps;      ///< in an order of execution
    std::vector<int> channels;    ///< of each value; features for vectors. Value 0 is the input
    std::vector<bool> is_vector;  ///< (n, c) instead of (n, c, h, w)
    std::vector<ProgramOutput> outputs;

    /// How many steps and outputs read each value; the size of a reference does not count.
    std::vector<int> readers() const;
};

/// The module must be in evaluation mode, on the CPU, in f32. Copies what it needs.
Program make_program(const Module& module);

/// Merges convolutions of equal shape that read the same value and whose results are only given out (or only go through
/// equal depthwise convolutions that are): the heads of a detector become one. Part of make_program.
void merge_siblings(Program& program);

}  // namespace emotion::nn
