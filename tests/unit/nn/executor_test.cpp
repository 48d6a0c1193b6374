#include "nn/executor.hpp"

#include <ATen/Parallel.h>

#include <fstream>
#include <thread>

#include "emotion/threads.hpp"
#include "unit/nn/networks.hpp"

// Last: LibTorch defines CHECK too.
#include "support/catch.hpp"

using namespace emotion;
using namespace emotion::nn;

namespace {

LoadedModule loaded(const NetworkCase& network) {
    LoadedModule result;
    result.card.name = network.name;
    result.card.architecture = network.spec;
    result.module = std::make_unique<Module>(random_module(network));
    return result;
}

Executor executor_of(std::size_t which, NetworkForm form, Precision precision = Precision::f32) {
    at::manual_seed(11);
    return Executor(loaded(all_networks()[which]), form, "cpu", precision);
}

/// Pages of memory that the process holds.
long resident_pages() {
    std::ifstream file("/proc/self/statm");
    long all = 0, resident = 0;
    file >> all >> resident;
    return resident;
}

}  // namespace

TEST_CASE("Memory does not grow with the number of calls, whatever the sizes") {
    const Executor executor = executor_of(4, NetworkForm::compiled);
    auto round = [&](std::int64_t seed) {
        for (std::int64_t i = 0; i < 30; ++i)
            executor.forward(at::zeros({1 + i % 3, 3, 64 + 32 * ((i + seed) % 5), 32 * (1 + (i * 7 + seed) % 6)}));
    };
    for (std::int64_t seed = 0; seed < 10; ++seed) round(seed);
    const long before = resident_pages();
    for (std::int64_t seed = 0; seed < 40; ++seed) round(seed);
    CHECK(resident_pages() - before < 2048);  // 8 MB
}

TEST_CASE("Both forms of a network give the same named results") {
    const Executor module = executor_of(0, NetworkForm::module);
    const Executor compiled = executor_of(0, NetworkForm::compiled);
    CHECK(module.output_names() == compiled.output_names());
    CHECK(module.output_names().front() == "class_8");
    CHECK(module.parameter_count() == compiled.parameter_count());
    CHECK(compiled.parameter_count() > 400'000);
    const at::Tensor x = at::randn({2, 3, 64, 64});
    CHECK(worst_difference(compiled.forward(x), module.forward(x)) < 1e-4);
}

TEST_CASE("Results ask for no gradients and may be changed in place") {
    for (NetworkForm form : {NetworkForm::module, NetworkForm::compiled}) {
        const Executor executor = executor_of(8, form);
        at::Tensor result = executor.forward(at::randn({1, 1, 48, 48}))[0];
        CHECK_FALSE(result.requires_grad());
        result.add_(1);
        CHECK(result.scalar_type() == at::kFloat);
    }
}

TEST_CASE("Precisions: fastest is resolved, half precision needs CUDA") {
    const Precision fastest = executor_of(8, NetworkForm::compiled, Precision::fastest).precision();
    CHECK(fastest == (cpu_has_bf16() ? Precision::bf16 : Precision::f32));
    const std::string message =
        error_message(ErrorCode::unsupported, [] { executor_of(8, NetworkForm::compiled, Precision::f16); });
    CHECK(message == "network: precision f16 needs a CUDA device, and this network is on the processor");
    for (NetworkForm form : {NetworkForm::module, NetworkForm::compiled}) {
        const Executor executor = executor_of(6, form, Precision::bf16);
        const Executor exact = executor_of(6, NetworkForm::module);
        const at::Tensor x = at::randn({2, 1, 48, 48});
        CHECK(mean_difference(executor.forward(x), exact.forward(x)) < 4e-2);
        CHECK(executor.forward(x)[0].scalar_type() == at::kFloat);
    }
}

TEST_CASE("Inputs of another shape or type are refused") {
    const Executor executor = executor_of(0, NetworkForm::compiled);
    auto refused = [&](const at::Tensor& x) {
        return error_message(ErrorCode::invalid_argument, [&] { executor.forward(x); });
    };
    CHECK(refused(at::randn({1, 1, 64, 64})) ==
          "network: input has shape [1, 1, 64, 64], expected [n, 3, height, width]");
    refused(at::randn({3, 64, 64}));
    refused(at::randn({0, 3, 64, 64}));
    CHECK(refused(at::ones({1, 3, 64, 64}, at::kDouble)) == "network: input must be 32-bit floats on the processor");
}

TEST_CASE("An error of LibTorch leaves as Error{runtime}, one sentence") {
    const Executor executor = executor_of(8, NetworkForm::module);
    const std::string message = error_message(ErrorCode::runtime, [&] { executor.forward(at::randn({1, 1, 40, 40})); });
    CHECK(message.starts_with("network: "));
    CHECK(message.find('\n') == std::string::npos);
}

TEST_CASE("Threads that share a network get the results of one alone") {
    for (NetworkForm form : {NetworkForm::module, NetworkForm::compiled}) {
        const Executor executor = executor_of(4, form);
        std::vector<at::Tensor> inputs;
        std::vector<std::vector<at::Tensor>> expected;
        for (std::int64_t side : {64, 96, 64, 128}) {
            inputs.push_back(at::randn({1, 3, side, 64}));
            expected.push_back(executor.forward(inputs.back()));
        }
        std::vector<double> worst(4, 0.0);
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < worst.size(); ++t)
            threads.emplace_back([&, t] {
                for (std::size_t i = 0; i < 12; ++i) {
                    const std::size_t which = (t + i) % inputs.size();
                    worst[t] = std::max(worst[t], worst_difference(executor.forward(inputs[which]), expected[which]));
                }
            });
        for (std::thread& thread : threads) thread.join();
        for (double difference : worst) CHECK(difference < 1e-5);
    }
}

TEST_CASE("set_num_threads holds in threads that were there before, and changes no result") {
    const Executor executor = executor_of(4, NetworkForm::compiled);
    const at::Tensor x = at::randn({1, 3, 96, 96});
    set_num_threads(1);
    const std::vector<at::Tensor> expected = executor.forward(x);
    int seen = 0;
    double difference = 1;
    std::thread other([&] {
        executor.forward(x);
        set_num_threads(3);
        difference = worst_difference(executor.forward(x), expected);
    });
    other.join();
    executor.forward(x);
    seen = at::get_num_threads();
    CHECK(seen == 3);
    CHECK(difference == 0);
    set_num_threads(1);
}
