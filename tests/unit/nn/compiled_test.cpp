#include "nn/compiled.hpp"

#include <ATen/Parallel.h>

#include "nn/direct/engine.hpp"
#include "nn/inference.hpp"
#include "nn/torch_engine.hpp"
#include "unit/nn/networks.hpp"
// Last: LibTorch defines CHECK too.
#include "support/catch.hpp"

using namespace emotion;
using namespace emotion::nn;

namespace {

/// For every architecture and size: the results of `compiled(module)` against the module's own.
template <class Compile>
void check_agreement(double tolerance, Compile&& compile) {
    at::manual_seed(7);
    for (const NetworkCase& network : all_networks()) {
        const Module module = random_module(network);
        const auto compiled = compile(module);
        InferenceGuard guard;
        for (const auto& size : network.sizes) {
            const at::Tensor x = at::randn({size[0], network.channels, size[1], size[2]});
            const double difference = worst_difference(compiled.forward(x), module.forward(x));
            INFO(network.name << " for " << size[0] << " x " << size[1] << " x " << size[2] << ": " << difference);
            CHECK(difference < tolerance);
        }
    }
}

/// What no architecture of the library has, but a graph may: parts of uneven width, results that are read again.
Graph odd_graph() {
    Graph g;
    const Value x = g.input(3);
    const Value pooled = g.max_pool(x, 3, 2, 1);
    const Value a = g.conv("a", pooled, 5, {.kernel = 3, .bias = true});
    const Value b = g.relu(g.conv("b", pooled, 8, {.kernel = 1, .padding = 0, .bias = true}));
    const Value c = g.batch_norm("norm", b);
    const Value joined = g.leaky_relu(g.concat({b, a, c}), 0.2);
    const Value deep = g.leaky_relu(g.conv("deep", joined, 21, {.kernel = 5, .stride = 3}), 0.1);
    const Value depthwise = g.conv("depthwise", deep, 21, {.kernel = 5, .groups = 21});
    const Value sum = g.relu(g.add(depthwise, deep));
    const Value large = g.upsample_like(sum, joined);
    g.output("large", large);
    g.output("again", g.conv("again", large, 4, {.kernel = 3, .stride = 2}));
    g.output("twice", g.add(sum, sum));
    g.output("flat", g.linear("flat", g.global_average_pool(g.relu(c)), 3));
    return g;
}

}  // namespace

TEST_CASE("Compiled networks agree with their modules to 1e-4 in f32") {
    check_agreement(1e-4, [](const Module& module) { return CompiledNetwork(module, c10::kCPU, at::kFloat); });
}

TEST_CASE("The kernels for any processor agree with the modules to 1e-4") {
    struct Generic {
        std::unique_ptr<direct::DirectEngine> engine;
        std::vector<at::Tensor> forward(const at::Tensor& x) const { return engine->forward(rows_of(x)); }
    };
    check_agreement(1e-4, [](const Module& module) {
        return Generic{std::make_unique<direct::DirectEngine>(make_program(module), direct::generic_kernels())};
    });
}

TEST_CASE("LibTorch's operators on the same program agree with the modules to 1e-4") {
    check_agreement(1e-4,
                    [](const Module& module) { return TorchEngine(make_program(module), c10::kCPU, at::kFloat); });
}

TEST_CASE("Compiled networks in bfloat16 lose little more than their modules in bfloat16") {
    at::manual_seed(7);
    for (const NetworkCase& network : all_networks()) {
        const Module module = random_module(network);
        Module rounded = module;
        rounded.to(c10::kCPU, at::kBFloat16);
        const CompiledNetwork compiled(module, c10::kCPU, at::kBFloat16);
        InferenceGuard guard;
        const auto& size = network.sizes.front();
        const at::Tensor x = at::randn({size[0], network.channels, size[1], size[2]});
        const std::vector<at::Tensor> exact = module.forward(x);
        std::vector<at::Tensor> coarse = rounded.forward(x.to(at::kBFloat16));
        for (at::Tensor& tensor : coarse) tensor = tensor.to(at::kFloat);
        INFO(network.name);
        CHECK(mean_difference(compiled.forward(x), exact) < 1.5 * mean_difference(coarse, exact) + 0.01);
    }
}

TEST_CASE("Graphs unlike the library's architectures compile to the same function") {
    at::manual_seed(3);
    const Module module = random_module(odd_graph());
    const CompiledNetwork direct(module, c10::kCPU, at::kFloat);
    const TorchEngine torch(make_program(module), c10::kCPU, at::kFloat);
    InferenceGuard guard;
    for (const auto& size : std::vector<std::vector<std::int64_t>>{{1, 40, 40}, {2, 31, 57}, {6, 19, 20}}) {
        const at::Tensor x = at::randn({size[0], 3, size[1], size[2]});
        const std::vector<at::Tensor> expected = module.forward(x);
        CHECK(worst_difference(direct.forward(x), expected) < 1e-4);
        CHECK(worst_difference(torch.forward(x), expected) < 1e-4);
    }
}

TEST_CASE("The layout of the input does not matter") {
    const Module module = random_module(all_networks()[0]);
    const CompiledNetwork compiled(module, c10::kCPU, at::kFloat);
    InferenceGuard guard;
    const at::Tensor x = at::randn({2, 3, 64, 96});
    const std::vector<at::Tensor> expected = compiled.forward(x);
    CHECK(worst_difference(compiled.forward(x.contiguous(at::MemoryFormat::ChannelsLast)), expected) == 0);
    const at::Tensor larger = at::randn({2, 3, 80, 96});
    larger.narrow(2, 8, 64).copy_(x);
    CHECK(worst_difference(compiled.forward(larger.narrow(2, 8, 64)), expected) == 0);
}

TEST_CASE("A picture's results do not depend on its batch or on what was computed before") {
    const Module module = random_module(all_networks()[6]);
    const CompiledNetwork compiled(module, c10::kCPU, at::kFloat);
    InferenceGuard guard;
    const at::Tensor x = at::randn({40, 1, 48, 48});
    const std::vector<at::Tensor> all = compiled.forward(x);
    compiled.forward(at::full({3, 1, 30, 62}, 1e6f));
    for (std::int64_t i : {0, 17, 39}) {
        const std::vector<at::Tensor> one = compiled.forward(x.narrow(0, i, 1));
        for (std::size_t k = 0; k < all.size(); ++k) CHECK(one[k].equal(all[k].narrow(0, i, 1)));
    }
}

TEST_CASE("Results keep their values when the network runs again") {
    const Module module = random_module(all_networks()[0]);
    const CompiledNetwork compiled(module, c10::kCPU, at::kFloat);
    InferenceGuard guard;
    const at::Tensor x = at::randn({1, 3, 64, 64});
    const std::vector<at::Tensor> first = compiled.forward(x);
    const std::vector<at::Tensor> copies = [&] {
        std::vector<at::Tensor> result;
        for (const at::Tensor& tensor : first) result.push_back(tensor.clone());
        return result;
    }();
    compiled.forward(at::randn({1, 3, 64, 64}));
    CHECK(worst_difference(first, copies) == 0);
}

TEST_CASE("A network in training mode is not compiled") {
    Module module = random_module(all_networks()[8]);
    module.train(true);
    error_message(ErrorCode::invalid_argument, [&] { CompiledNetwork(module, c10::kCPU, at::kFloat); });
}

TEST_CASE("An input that the network cannot take is refused by size") {
    const Module module = random_module(all_networks()[8]);
    const CompiledNetwork compiled(module, c10::kCPU, at::kFloat);
    const std::string message = error_message(ErrorCode::invalid_argument, [&] {
        compiled.forward(at::randn({1, 1, 40, 48}));
    });
    CHECK(message == "network: an input of 40 x 48 px does not fit it");
}

TEST_CASE("Large pictures, whose rows are made while they are read, agree with the modules, whatever the threads") {
    at::manual_seed(5);
    const int threads_before = at::get_num_threads();
    for (std::size_t i :
         {0, 2, 4}) {  // depthwise convolutions first, a depthwise one behind a pointwise one, dense ones
        const NetworkCase network = all_networks()[i];
        const Module module = random_module(network);
        const CompiledNetwork compiled(module, c10::kCPU, at::kFloat);
        InferenceGuard guard;
        const at::Tensor x = at::randn({2, network.channels, 421, 643});
        const std::vector<at::Tensor> expected = module.forward(x);
        at::set_num_threads(1);
        const std::vector<at::Tensor> alone = compiled.forward(x);
        INFO(network.name);
        CHECK(worst_difference(alone, expected) < 1e-4);
        for (int threads : {2, 3}) {  // a picture for each, and rows of one shared
            at::set_num_threads(threads);
            CHECK(worst_difference(compiled.forward(x), alone) == 0);
        }
        at::set_num_threads(threads_before);
    }
}

TEST_CASE("Rows that are asked for give what a tensor gives, in both engines") {
    const Module module = random_module(all_networks()[4]);
    InferenceGuard guard;
    const at::Tensor x = at::randn({2, 3, 70, 90});
    const CompiledNetwork direct(module, c10::kCPU, at::kFloat);
    CHECK(worst_difference(direct.forward(rows_of(x)), direct.forward(x)) == 0);
    const CompiledNetwork torch(module, c10::kCPU, at::kBFloat16);
    CHECK(worst_difference(torch.forward(rows_of(x)), torch.forward(x)) == 0);
    CHECK(rows_of(x).tensor().equal(x));
}
