#include "nn/architectures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/check.hpp"

namespace emotion::nn {
namespace {

constexpr std::array<int, 3> kStrides{8, 16, 32};

/// The numbers of a card's architecture, each asked for once, by name and with bounds.
class Parameters {
public:
    explicit Parameters(const ArchitectureSpec& spec) : spec_(spec) {}

    std::vector<int> integers(const std::string& key, std::size_t count, int low, int high) const {
        return integers(key, count, count, low, high);
    }

    /// `least` to `most` of them.
    std::vector<int> integers(const std::string& key, std::size_t least, std::size_t most, int low, int high) const {
        auto found = spec_.parameters.find(key);
        if (found == spec_.parameters.end())
            fail(ErrorCode::model_format, "model: architecture {} needs the parameter {}", spec_.name, key);
        if (found->second.size() < least || found->second.size() > most)
            fail(ErrorCode::model_format, "model: parameter {} of {} has {} numbers, expected {}", key, spec_.name,
                 found->second.size(), least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most));
        std::vector<int> result;
        for (double value : found->second) {
            if (!(value >= low && value <= high) || value != std::floor(value))
                fail(ErrorCode::model_format, "model: parameter {} of {} must be whole numbers in [{}, {}], got {}",
                     key, spec_.name, low, high, value);
            result.push_back(static_cast<int>(value));
        }
        return result;
    }

    int integer(const std::string& key, int low, int high) const { return integers(key, 1, low, high)[0]; }

    double number(const std::string& key, double low, double high) const {
        auto found = spec_.parameters.find(key);
        if (found == spec_.parameters.end() || found->second.size() != 1)
            fail(ErrorCode::model_format, "model: architecture {} needs one number for {}", spec_.name, key);
        double value = found->second[0];
        if (!(value >= low && value <= high))
            fail(ErrorCode::model_format, "model: parameter {} of {} must be in [{}, {}], got {}", key, spec_.name, low,
                 high, value);
        return value;
    }

    void allow_only(const std::vector<std::string>& keys) const {
        for (const auto& [key, value] : spec_.parameters)
            if (std::find(keys.begin(), keys.end(), key) == keys.end())
                fail(ErrorCode::model_format, "model: architecture {} knows no parameter {}", spec_.name, key);
    }

private:
    const ArchitectureSpec& spec_;
};

std::string at_stride(const char* what, int level) {
    return fmt::format("{}_{}", what, kStrides[static_cast<std::size_t>(level)]);
}

// ---------------------------------------------------------------- RetinaFace (Deng et al. 2019, arXiv 1905.00641)

Value conv_bn(Graph& g, const std::string& name, Value x, int out, int kernel, int stride) {
    x = g.conv(name + ".0", x, out, {.kernel = kernel, .stride = stride});
    return g.batch_norm(name + ".1", x);
}

/// Depthwise 3x3, then pointwise, each with batch norm and leaky ReLU.
Value depthwise_block(Graph& g, const std::string& name, Value x, int out, int stride) {
    const double slope = 0.1;
    x = g.conv(name + ".0", x, g.channels(x), {.kernel = 3, .stride = stride, .groups = g.channels(x)});
    x = g.leaky_relu(g.batch_norm(name + ".1", x), slope);
    x = g.conv(name + ".3", x, out, {.kernel = 1});
    return g.leaky_relu(g.batch_norm(name + ".4", x), slope);
}

/// MobileNet v1 of a quarter of its width; the results at strides 8, 16 and 32.
std::vector<Value> mobilenet_quarter(Graph& g, Value x) {
    x = g.leaky_relu(conv_bn(g, "body.stage1.0", x, 8, 3, 2), 0.1);
    const std::array<std::array<int, 2>, 5> stage1{{{16, 1}, {32, 2}, {32, 1}, {64, 2}, {64, 1}}};
    for (std::size_t i = 0; i < stage1.size(); ++i)
        x = depthwise_block(g, fmt::format("body.stage1.{}", i + 1), x, stage1[i][0], stage1[i][1]);
    Value stride8 = x;
    for (int i = 0; i < 6; ++i) x = depthwise_block(g, fmt::format("body.stage2.{}", i), x, 128, i == 0 ? 2 : 1);
    Value stride16 = x;
    for (int i = 0; i < 2; ++i) x = depthwise_block(g, fmt::format("body.stage3.{}", i), x, 256, i == 0 ? 2 : 1);
    return {stride8, stride16, x};
}

/// The bottleneck block of ResNet-50 (He et al. 2015), stride on the 3x3 convolution.
Value bottleneck(Graph& g, const std::string& name, Value x, int width, int stride) {
    Value shortcut = x;
    if (stride != 1 || g.channels(x) != 4 * width) {
        shortcut = g.conv(name + ".downsample.0", x, 4 * width, {.kernel = 1, .stride = stride});
        shortcut = g.batch_norm(name + ".downsample.1", shortcut);
    }
    Value y = g.relu(g.batch_norm(name + ".bn1", g.conv(name + ".conv1", x, width, {.kernel = 1})));
    y = g.relu(g.batch_norm(name + ".bn2", g.conv(name + ".conv2", y, width, {.kernel = 3, .stride = stride})));
    y = g.batch_norm(name + ".bn3", g.conv(name + ".conv3", y, 4 * width, {.kernel = 1}));
    return g.relu(g.add(y, shortcut));
}

std::vector<Value> resnet50(Graph& g, Value x) {
    x = g.relu(g.batch_norm("body.bn1", g.conv("body.conv1", x, 64, {.kernel = 7, .stride = 2})));
    x = g.max_pool(x, 3, 2, 1);
    const std::array<int, 4> counts{3, 4, 6, 3};
    std::vector<Value> results;
    for (int stage = 0; stage < 4; ++stage) {
        for (int i = 0; i < counts[static_cast<std::size_t>(stage)]; ++i)
            x = bottleneck(g, fmt::format("body.layer{}.{}", stage + 1, i), x, 64 << stage,
                           i == 0 && stage > 0 ? 2 : 1);
        if (stage > 0) results.push_back(x);
    }
    return results;
}

/// The context module: one 3x3, two and three in a row, side by side.
Value context_module(Graph& g, const std::string& name, Value x, double slope) {
    const int width = g.channels(x);
    Value c3 = conv_bn(g, name + ".conv3X3", x, width / 2, 3, 1);
    Value c5 = g.leaky_relu(conv_bn(g, name + ".conv5X5_1", x, width / 4, 3, 1), slope);
    Value c7 = g.leaky_relu(conv_bn(g, name + ".conv7X7_2", c5, width / 4, 3, 1), slope);
    c5 = conv_bn(g, name + ".conv5X5_2", c5, width / 4, 3, 1);
    c7 = conv_bn(g, name + ".conv7x7_3", c7, width / 4, 3, 1);
    return g.relu(g.concat({c3, c5, c7}));
}

void retinaface(Graph& g, const Parameters& p, int channels, int) {
    p.allow_only({"backbone"});
    const double backbone = p.number("backbone", 0.25, 50);
    if (backbone != 0.25 && backbone != 50)
        fail(ErrorCode::model_format,
             "model: parameter backbone of retinaface must be 0.25 (mobilenet) or 50 (resnet50), got {}", backbone);
    const bool mobile = backbone == 0.25;
    Value x = g.input(channels);
    std::vector<Value> features = mobile ? mobilenet_quarter(g, x) : resnet50(g, x);
    const int width = mobile ? 64 : 256;
    const double slope = width <= 64 ? 0.1 : 0.0;
    std::array<Value, 3> levels{};
    for (int i = 0; i < 3; ++i)
        levels[static_cast<std::size_t>(i)] = g.leaky_relu(
            conv_bn(g, fmt::format("fpn.output{}", i + 1), features[static_cast<std::size_t>(i)], width, 1, 1), slope);
    levels[1] = g.add(levels[1], g.upsample_like(levels[2], levels[1]));
    levels[1] = g.leaky_relu(conv_bn(g, "fpn.merge2", levels[1], width, 3, 1), slope);
    levels[0] = g.add(levels[0], g.upsample_like(levels[1], levels[0]));
    levels[0] = g.leaky_relu(conv_bn(g, "fpn.merge1", levels[0], width, 3, 1), slope);
    for (int i = 0; i < 3; ++i) {
        Value f = context_module(g, fmt::format("ssh{}", i + 1), levels[static_cast<std::size_t>(i)], slope);
        const ConvOptions head{.kernel = 1, .bias = true};
        g.output(at_stride("class", i), g.conv(fmt::format("ClassHead.{}.conv1x1", i), f, 4, head));
        g.output(at_stride("box", i), g.conv(fmt::format("BboxHead.{}.conv1x1", i), f, 8, head));
        g.output(at_stride("landmarks", i), g.conv(fmt::format("LandmarkHead.{}.conv1x1", i), f, 20, head));
    }
}

// ------------------------------------------------------- YuNet (Wu et al. 2023, doi 10.1007/s11633-023-1423-y)

/// Pointwise, then depthwise 3x3, both with bias; batch norm and ReLU unless it is a head.
Value pointwise_depthwise(Graph& g, const std::string& name, Value x, int out, bool head = false) {
    x = g.conv(name + ".conv1", x, out, {.kernel = 1, .bias = true});
    x = g.conv(name + ".conv2", x, out, {.kernel = 3, .groups = out, .bias = true});
    return head ? x : g.relu(g.batch_norm(name + ".bn", x));
}

void yunet(Graph& g, const Parameters& p, int channels, int) {
    p.allow_only({"stages", "shared_head"});
    const std::vector<int> stages = p.integers("stages", 6, 1, 1024);
    const bool shared_head = p.integer("shared_head", 0, 1) == 1;
    Value x = g.input(channels);
    x = g.conv("backbone.model0.conv1", x, stages[0], {.kernel = 3, .stride = 2, .bias = true});
    x = g.relu(g.batch_norm("backbone.model0.bn1", x));
    x = pointwise_depthwise(g, "backbone.model0.conv2", x, stages[0]);
    x = g.max_pool(x, 2, 2);
    std::array<Value, 3> levels{};
    for (int stage = 1; stage < 6; ++stage) {
        const std::string name = fmt::format("backbone.model{}", stage);
        x = pointwise_depthwise(g, name + ".conv1", x, g.channels(x));
        x = pointwise_depthwise(g, name + ".conv2", x, stages[static_cast<std::size_t>(stage)]);
        if (stage >= 3) levels[static_cast<std::size_t>(stage - 3)] = x;
        if (stage >= 2 && stage < 5) x = g.max_pool(x, 2, 2);
    }
    for (int i = 2; i >= 0; --i) {
        Value level = levels[static_cast<std::size_t>(i)];
        if (i < 2) level = g.add(level, g.upsample_like(levels[static_cast<std::size_t>(i + 1)], level));
        levels[static_cast<std::size_t>(i)] =
            pointwise_depthwise(g, fmt::format("neck.lateral_convs.{}", i), level, g.channels(level));
    }
    for (int i = 0; i < 3; ++i) {
        Value f = levels[static_cast<std::size_t>(i)];
        if (shared_head)
            f = pointwise_depthwise(g, fmt::format("bbox_head.multi_level_share_convs.{}.0", i), f, g.channels(f));
        auto head = [&](const char* what, const char* key, int out) {
            g.output(at_stride(what, i),
                     pointwise_depthwise(g, fmt::format("bbox_head.multi_level_{}.{}", key, i), f, out, true));
        };
        head("class", "cls", 1);
        head("object", "obj", 1);
        head("box", "bbox", 4);
        head("landmarks", "kps", 10);
    }
}

// --------------------------------------------------------------------------- this library's own networks

Value conv_bn_relu(Graph& g, const std::string& name, Value x, int out, int kernel, int stride) {
    x = g.conv(name + ".conv", x, out, {.kernel = kernel, .stride = stride});
    return g.relu(g.batch_norm(name + ".bn", x));
}

/// Two 3x3 convolutions and a shortcut (He et al. 2015).
Value basic_block(Graph& g, const std::string& name, Value x, int out, int stride) {
    Value shortcut = x;
    if (stride != 1 || g.channels(x) != out) {
        shortcut = g.conv(name + ".shortcut.conv", x, out, {.kernel = 1, .stride = stride});
        shortcut = g.batch_norm(name + ".shortcut.bn", shortcut);
    }
    Value y = conv_bn_relu(g, name + ".first", x, out, 3, stride);
    y = g.batch_norm(name + ".second.bn", g.conv(name + ".second.conv", y, out, {.kernel = 3}));
    return g.relu(g.add(y, shortcut));
}

void face_resnet(Graph& g, const Parameters& p, int channels, int) {
    p.allow_only({"widths", "blocks", "neck"});
    const std::vector<int> widths = p.integers("widths", 5, 1, 1024);
    const std::vector<int> blocks = p.integers("blocks", 3, 0, 16);
    const int neck = p.integer("neck", 1, 1024);
    Value x = g.input(channels);
    x = conv_bn_relu(g, "stem.0", x, widths[0], 3, 2);
    x = conv_bn_relu(g, "stem.1", x, widths[1], 3, 2);
    std::array<Value, 3> levels{};
    for (std::size_t stage = 0; stage < 3; ++stage) {
        x = conv_bn_relu(g, fmt::format("stage{}.down", kStrides[stage]), x, widths[stage + 2], 3, 2);
        for (int i = 0; i < blocks[stage]; ++i)
            x = basic_block(g, fmt::format("stage{}.{}", kStrides[stage], i), x, widths[stage + 2], 1);
        levels[stage] = x;
    }
    for (int i = 2; i >= 0; --i) {
        const std::size_t level = static_cast<std::size_t>(i);
        Value y = conv_bn_relu(g, fmt::format("neck.{}", kStrides[level]), levels[level], neck, 1, 1);
        if (i < 2) y = g.add(y, g.upsample_like(levels[level + 1], y));
        levels[level] = y;
    }
    for (int i = 0; i < 3; ++i) {
        const std::string name = fmt::format("head.{}", kStrides[static_cast<std::size_t>(i)]);
        Value f = conv_bn_relu(g, name + ".shared", levels[static_cast<std::size_t>(i)], neck, 3, 1);
        const ConvOptions head{.kernel = 1, .bias = true};
        g.output(at_stride("score", i), g.conv(name + ".score", f, 1, head));
        g.output(at_stride("box", i), g.conv(name + ".box", f, 4, head));
        g.output(at_stride("landmarks", i), g.conv(name + ".landmarks", f, 10, head));
    }
}

void emotion_resnet(Graph& g, const Parameters& p, int channels, int class_count) {
    p.allow_only({"widths", "blocks", "stem_stride", "dropout"});
    const std::vector<int> widths = p.integers("widths", 3, 4, 1, 2048);
    const int blocks = p.integer("blocks", 1, 32);
    const int stem_stride = p.integer("stem_stride", 1, 2);
    const double dropout = p.number("dropout", 0, 0.9);
    Value x = g.input(channels);
    x = conv_bn_relu(g, "stem", x, widths[0], 3, stem_stride);
    for (std::size_t stage = 0; stage < widths.size(); ++stage)
        for (int i = 0; i < blocks; ++i)
            x = basic_block(g, fmt::format("stage{}.{}", stage, i), x, widths[stage], stage > 0 && i == 0 ? 2 : 1);
    x = g.dropout(g.global_average_pool(x), dropout);
    g.output("logits", g.linear("classes", x, class_count));
    g.output("valence_arousal", g.linear("valence_arousal", x, 2));
}

/// The lecture project's classifier for 48 x 48 grey crops: LeNet of LeCun et al. 1998 with ReLU.
void lenet48(Graph& g, const Parameters& p, int channels, int class_count) {
    p.allow_only({});
    Value x = g.input(channels);
    x = g.max_pool(g.relu(g.conv("conv1", x, 6, {.kernel = 5, .padding = 0, .bias = true})), 2, 2);
    x = g.max_pool(g.relu(g.conv("conv2", x, 24, {.kernel = 5, .padding = 0, .bias = true})), 2, 2);
    x = g.flatten(x, 9, 9);
    x = g.relu(g.linear("fc1", x, 486));
    x = g.relu(g.linear("fc2", x, 84));
    g.output("logits", g.linear("fc3", x, class_count));
}

using Builder = void (*)(Graph&, const Parameters&, int input_channels, int class_count);

const std::map<std::string, Builder>& builders() {
    static const std::map<std::string, Builder> table{{"retinaface", retinaface},
                                                      {"yunet", yunet},
                                                      {"face_resnet", face_resnet},
                                                      {"emotion_resnet", emotion_resnet},
                                                      {"lenet48", lenet48}};
    return table;
}

}  // namespace

Graph build_architecture(const ArchitectureSpec& spec, int input_channels, int class_count) {
    auto found = builders().find(spec.name);
    if (found == builders().end())
        fail(ErrorCode::model_format, "model: unknown architecture '{}', expected one of {}", spec.name,
             fmt::join(architecture_names(), ", "));
    Graph graph;
    found->second(graph, Parameters(spec), input_channels, class_count);
    return graph;
}

std::vector<std::string> architecture_names() {
    std::vector<std::string> names;
    for (const auto& [name, builder] : builders()) names.push_back(name);
    return names;
}

}  // namespace emotion::nn
