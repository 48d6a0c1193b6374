#include "nn/load.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "base/check.hpp"
#include "nn/architectures.hpp"

namespace emotion::nn {
namespace {

/// The numbers that a graph's weights file holds.
std::uint64_t weight_count(const Graph& graph) {
    std::uint64_t count = 0;
    for (const Node& node : graph.nodes()) {
        const auto out = static_cast<std::uint64_t>(node.out_channels);
        const auto in = static_cast<std::uint64_t>(node.in_channels);
        if (node.op == Op::conv)
            count += out * (in / static_cast<std::uint64_t>(node.groups)) *
                     static_cast<std::uint64_t>(node.kernel * node.kernel);
        if (node.op == Op::linear) count += out * in;
        if (node.op == Op::batch_norm) count += 4 * out;
        if (node.bias) count += out;
    }
    return count;
}

/// Refuses a card whose architecture is far larger than its weights before memory is taken for it. Small differences
/// are left to Module::load, which names the tensor.
void check_size(const Graph& graph, const std::vector<NamedTensor>& tensors, const std::string& where) {
    std::uint64_t held = 0;
    for (const NamedTensor& tensor : tensors) held += tensor.values.size();
    const std::uint64_t needed = weight_count(graph);
    if (needed / 4 > held + 1'000'000)
        fail(ErrorCode::model_format, "{}: the architecture needs {} numbers, the weights hold {}", where, needed,
             held);
}

const Node* node_of_output(const Graph& graph, const std::string& name) {
    for (const auto& [output, value] : graph.outputs())
        if (output == name) return &graph.nodes()[static_cast<std::size_t>(value)];
    return nullptr;
}

/// The task must be what the architecture does, and the labels must be as many as the weights have classes.
void check_task(const ModelFolder& model, const Graph& graph, const std::string& where) {
    const Node* logits = node_of_output(graph, "logits");
    if ((logits != nullptr) != (model.card.task == "emotion"))
        fail(ErrorCode::model_format, "{}: the architecture {} does not serve the task {}", where,
             model.card.architecture.name, model.card.task);
    if (!logits) return;
    for (const NamedTensor& tensor : model.tensors)
        if (tensor.name == logits->name + ".weight" && !tensor.shape.empty() &&
            tensor.shape[0] != static_cast<std::int64_t>(model.card.labels.size()))
            fail(ErrorCode::model_format, "{}: the card has {} labels, the weights have {} classes", where,
                 model.card.labels.size(), tensor.shape[0]);
}

/// Height and width of every node's result for an input of this size, as far as a flatten asks for them.
void check_input_size(const ModelCard& card, const Graph& graph, const std::string& where) {
    struct Size {
        int height = 0;
        int width = 0;
    };
    const std::vector<Node>& nodes = graph.nodes();
    std::vector<Size> sizes(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Node& node = nodes[i];
        const Size in = node.inputs.empty() ? Size{} : sizes[static_cast<std::size_t>(node.inputs[0])];
        auto slid = [&node](int side) { return (side + 2 * node.padding - node.kernel) / node.stride + 1; };
        sizes[i] = in;
        if (node.op == Op::input) sizes[i] = {card.input.height, card.input.width};
        if (node.op == Op::conv || node.op == Op::max_pool) sizes[i] = {slid(in.height), slid(in.width)};
        if (node.op == Op::upsample_like) sizes[i] = sizes[static_cast<std::size_t>(node.inputs[1])];
        if (node.op != Op::flatten) continue;
        const int channels = graph.channels(node.inputs[0]);
        if (in.height <= 0 || in.width <= 0 || channels * in.height * in.width != node.out_channels)
            fail(ErrorCode::model_format, "{}: the architecture {} does not take an input of {} x {} px", where,
                 card.architecture.name, card.input.width, card.input.height);
    }
}

}  // namespace

LoadedModule load_module(const std::filesystem::path& folder) {
    ModelFolder model = read_model(folder);
    const std::string where = folder.string();
    const int channels = model.card.input.color == InputColor::gray ? 1 : 3;
    try {
        Graph graph = build_architecture(model.card.architecture, channels, static_cast<int>(model.card.labels.size()));
        check_task(model, graph, where);
        check_size(graph, model.tensors, where);
        check_input_size(model.card, graph, where);
        State state;
        for (NamedTensor& tensor : model.tensors)
            state.emplace_back(tensor.name, at::from_blob(tensor.values.data(), tensor.shape, at::kFloat));
        LoadedModule loaded{std::move(model.card), std::make_unique<Module>(std::move(graph))};
        loaded.module->load(state);
        return loaded;
    } catch (const Error& error) {
        // The architecture does not know the folder it is built for; the reader of the message needs it.
        if (std::string_view(error.what()).starts_with(where)) throw;
        throw Error(error.code(), where + ": " + error.what());
    } catch (const c10::Error& error) {
        fail(ErrorCode::runtime, "{}: LibTorch failed to take the weights: {}", where, error.what_without_backtrace());
    }
}

std::vector<NamedTensor> to_named_tensors(const Module& module) {
    at::NoGradGuard no_grad;
    std::vector<NamedTensor> result;
    for (const auto& [name, tensor] : module.state()) {
        const at::Tensor values = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
        const float* data = values.const_data_ptr<float>();
        result.push_back({name, values.sizes().vec(), std::vector<float>(data, data + values.numel())});
    }
    return result;
}

}  // namespace emotion::nn
