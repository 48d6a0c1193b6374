#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nn/graph.hpp"

namespace emotion::nn {

/// Named tensors of a network, in the order of its graph's tensor list.
using State = std::vector<std::pair<std::string, at::Tensor>>;

/// A network layer by layer, as it is trained: any device, gradients where asked for.
/// forward in evaluation mode may run in several threads at once; everything else belongs to one thread.
class Module {
public:
    /// Random weights from LibTorch's generator (He et al. 2015, normal, fan out); norms 1 and 0; biases 0.
    explicit Module(Graph graph);

    /// x: (n, input channels, h, w), floating point, on the module's device. One tensor for each output of the graph,
    /// in its order: maps (n, c, h, w) or vectors (n, c).
    std::vector<at::Tensor> forward(const at::Tensor& x) const;

    /// Whether batch norms use and update the statistics of the batch, and dropout drops.
    void train(bool on) { training_ = on; }
    bool is_training() const noexcept { return training_; }

    const Graph& graph() const noexcept { return graph_; }
    /// What an optimiser moves: weights and biases, in the graph's order.
    std::vector<at::Tensor> parameters() const;
    std::int64_t parameter_count() const;
    /// All tensors of the weights file: parameters and the norms' running mean and variance. The tensors share memory
    /// with the module.
    State state() const;
    /// Copies values in by name. Throws Error{model_format} naming the first missing, extra or misshapen tensor.
    void load(const State& state);
    /// Moves all tensors; floating ones also to `dtype`.
    void to(c10::Device device, at::ScalarType dtype = at::kFloat);
    void set_requires_grad(bool on);

    /// One tensor of a node: which is "weight", "bias", "running_mean" or "running_var".
    const at::Tensor& tensor(const std::string& node_name, const char* which) const;

private:
    Graph graph_;
    State state_;
    std::map<std::string, std::size_t> position_;  // full name to place in state_
    bool training_ = false;
};

}  // namespace emotion::nn
