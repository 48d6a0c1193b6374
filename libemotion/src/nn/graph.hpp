#pragma once

#include <string>
#include <utility>
#include <vector>

namespace emotion::nn {

/// A network as a list of operations in the order of execution: written once for each architecture, run in two forms
/// (Module for training, CompiledNetwork for inference). Knows nothing of LibTorch.

/// The result of a node, named by the node's position.
using Value = int;

enum class Op {
    input,
    conv,  ///< 2-D convolution, weight (out, in / groups, kernel, kernel)
    batch_norm,
    activation,
    add,                  ///< of two equal shapes
    concat,               ///< along channels
    max_pool,             ///< kernel x kernel, stride, padding (never counted as maximum)
    upsample_like,        ///< nearest neighbour, to the height and width of the second input
    global_average_pool,  ///< (n, c, h, w) to (n, c)
    flatten,              ///< (n, c, h, w) to (n, c * h * w)
    dropout,              ///< on (n, c); identity outside training
    linear,               ///< weight (out, in)
};

enum class Activation { relu, leaky_relu };

struct Node {
    Op op = Op::input;
    std::string name;  ///< prefix of the tensors in the weights file; empty for nodes without any
    std::vector<Value> inputs;
    int in_channels = 0;   ///< features, for linear
    int out_channels = 0;  ///< channels of the result
    int kernel = 1;
    int stride = 1;
    int padding = 0;
    int groups = 1;
    bool bias = false;
    Activation activation = Activation::relu;
    double value = 0;  ///< slope of leaky_relu, epsilon of batch_norm, rate of dropout
};

struct ConvOptions {
    int kernel = 3;
    int stride = 1;
    int padding = -1;  ///< -1: kernel / 2
    int groups = 1;
    bool bias = false;
};

class Graph {
public:
    Value input(int channels);
    Value conv(const std::string& name, Value x, int out_channels, ConvOptions options);
    Value batch_norm(const std::string& name, Value x, double epsilon = 1e-5);
    Value relu(Value x);
    Value leaky_relu(Value x, double slope);
    Value add(Value a, Value b);
    Value concat(std::vector<Value> parts);
    Value max_pool(Value x, int kernel, int stride, int padding = 0);
    Value upsample_like(Value x, Value reference);
    Value global_average_pool(Value x);
    Value flatten(Value x, int height, int width);
    Value dropout(Value x, double rate);
    Value linear(const std::string& name, Value x, int out_features);
    /// Names a result that the network gives out.
    void output(const std::string& name, Value x);

    const std::vector<Node>& nodes() const noexcept { return nodes_; }
    const std::vector<std::pair<std::string, Value>>& outputs() const noexcept { return outputs_; }
    int channels(Value x) const { return nodes_[static_cast<std::size_t>(x)].out_channels; }
    int input_channels() const { return nodes_.front().out_channels; }

private:
    Value push(Node node);

    std::vector<Node> nodes_;
    std::vector<std::pair<std::string, Value>> outputs_;
};

}  // namespace emotion::nn
