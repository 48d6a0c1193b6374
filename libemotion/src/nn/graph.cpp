#include "nn/graph.hpp"

#include "base/check.hpp"

namespace emotion::nn {

Value Graph::push(Node node) {
    nodes_.push_back(std::move(node));
    return static_cast<Value>(nodes_.size()) - 1;
}

Value Graph::input(int channels) {
    Node node;
    node.op = Op::input;
    node.out_channels = channels;
    return push(std::move(node));
}

Value Graph::conv(const std::string& name, Value x, int out_channels, ConvOptions options) {
    Node node;
    node.op = Op::conv;
    node.name = name;
    node.inputs = {x};
    node.in_channels = channels(x);
    node.out_channels = out_channels;
    node.kernel = options.kernel;
    node.stride = options.stride;
    node.padding = options.padding >= 0 ? options.padding : options.kernel / 2;
    node.groups = options.groups;
    node.bias = options.bias;
    require(node.in_channels % node.groups == 0 && out_channels % node.groups == 0,
            "network: {} has {} input and {} output channels, which {} groups do not divide", name, node.in_channels,
            out_channels, node.groups);
    return push(std::move(node));
}

Value Graph::batch_norm(const std::string& name, Value x, double epsilon) {
    Node node;
    node.op = Op::batch_norm;
    node.name = name;
    node.inputs = {x};
    node.in_channels = node.out_channels = channels(x);
    node.value = epsilon;
    return push(std::move(node));
}

Value Graph::relu(Value x) {
    Node node;
    node.op = Op::activation;
    node.inputs = {x};
    node.out_channels = channels(x);
    return push(std::move(node));
}

Value Graph::leaky_relu(Value x, double slope) {
    if (slope == 0) return relu(x);
    Node node;
    node.op = Op::activation;
    node.inputs = {x};
    node.out_channels = channels(x);
    node.activation = Activation::leaky_relu;
    node.value = slope;
    return push(std::move(node));
}

Value Graph::add(Value a, Value b) {
    require(channels(a) == channels(b), "network: cannot add {} channels to {}", channels(b), channels(a));
    Node node;
    node.op = Op::add;
    node.inputs = {a, b};
    node.out_channels = channels(a);
    return push(std::move(node));
}

Value Graph::concat(std::vector<Value> parts) {
    Node node;
    node.op = Op::concat;
    for (Value part : parts) node.out_channels += channels(part);
    node.inputs = std::move(parts);
    return push(std::move(node));
}

Value Graph::max_pool(Value x, int kernel, int stride, int padding) {
    Node node;
    node.op = Op::max_pool;
    node.inputs = {x};
    node.out_channels = channels(x);
    node.kernel = kernel;
    node.stride = stride;
    node.padding = padding;
    return push(std::move(node));
}

Value Graph::upsample_like(Value x, Value reference) {
    Node node;
    node.op = Op::upsample_like;
    node.inputs = {x, reference};
    node.out_channels = channels(x);
    return push(std::move(node));
}

Value Graph::global_average_pool(Value x) {
    Node node;
    node.op = Op::global_average_pool;
    node.inputs = {x};
    node.out_channels = channels(x);
    return push(std::move(node));
}

Value Graph::flatten(Value x, int height, int width) {
    Node node;
    node.op = Op::flatten;
    node.inputs = {x};
    node.out_channels = channels(x) * height * width;
    return push(std::move(node));
}

Value Graph::dropout(Value x, double rate) {
    Node node;
    node.op = Op::dropout;
    node.inputs = {x};
    node.out_channels = channels(x);
    node.value = rate;
    return push(std::move(node));
}

Value Graph::linear(const std::string& name, Value x, int out_features) {
    Node node;
    node.op = Op::linear;
    node.name = name;
    node.inputs = {x};
    node.in_channels = channels(x);
    node.out_channels = out_features;
    node.bias = true;
    return push(std::move(node));
}

void Graph::output(const std::string& name, Value x) {
    outputs_.emplace_back(name, x);
}

}  // namespace emotion::nn
