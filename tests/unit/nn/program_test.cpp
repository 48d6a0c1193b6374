#include "nn/program.hpp"

#include <algorithm>

#include "unit/nn/networks.hpp"

// Last: LibTorch defines CHECK too.
#include "support/catch.hpp"

using namespace emotion::nn;

namespace {

std::size_t count(const Program& program, StepKind kind) {
    return static_cast<std::size_t>(
        std::count_if(program.steps.begin(), program.steps.end(), [&](const Step& step) { return step.kind == kind; }));
}

}  // namespace

TEST_CASE("A batch norm and an activation go into the convolution before them") {
    Graph g;
    g.output("y", g.leaky_relu(g.batch_norm("norm", g.conv("conv", g.input(3), 4, {})), 0.1));
    const Program program = make_program(random_module(std::move(g)));
    REQUIRE(program.steps.size() == 1);
    const Step& step = program.steps[0];
    CHECK(step.kind == StepKind::conv);
    CHECK(step.slope == Approx(0.1));
    CHECK(step.bias.abs().sum().item<float>() > 0);
}

TEST_CASE("A result that is read twice keeps its activation apart") {
    Graph g;
    const emotion::nn::Value x = g.conv("conv", g.input(3), 4, {});
    g.output("raw", x);
    g.output("y", g.relu(x));
    const Program program = make_program(random_module(std::move(g)));
    CHECK(program.steps.size() == 2);
    CHECK(program.steps[0].slope == 1);
}

TEST_CASE("A residual block is two convolutions, the addition and the activation in the second") {
    Graph g;
    const emotion::nn::Value x = g.relu(g.conv("stem", g.input(3), 8, {}));
    const emotion::nn::Value y = g.batch_norm("b", g.conv("second", g.relu(g.conv("first", x, 8, {})), 8, {}));
    g.output("y", g.relu(g.add(y, x)));
    const Program program = make_program(random_module(std::move(g)));
    REQUIRE(program.steps.size() == 3);
    CHECK(program.steps[2].added == program.steps[0].output);
    CHECK(program.steps[2].added_first);
    CHECK(program.steps[2].slope == 0);
}

TEST_CASE("An upsampled addition goes into the lateral convolution, behind its activation and behind its source") {
    Graph g;
    const emotion::nn::Value x = g.input(3);
    const emotion::nn::Value fine = g.relu(g.conv("fine", x, 8, {}));
    const emotion::nn::Value coarse = g.relu(g.conv("coarse", x, 8, {.stride = 2}));
    g.output("y", g.conv("last", g.add(fine, g.upsample_like(coarse, fine)), 4, {}));
    const Program program = make_program(random_module(std::move(g)));
    REQUIRE(program.steps.size() == 3);
    CHECK(program.steps[1].added == program.steps[0].output);
    CHECK(program.steps[1].added_upsampled);
    CHECK_FALSE(program.steps[1].added_first);
}

TEST_CASE("RetinaFace's heads become one convolution for each level, and every step is a convolution or a concat") {
    const Program program = make_program(random_module(all_networks()[0]));
    CHECK(count(program, StepKind::concat) == 3);
    CHECK(count(program, StepKind::conv) + 3 == program.steps.size());
    REQUIRE(program.outputs.size() == 9);
    CHECK(program.outputs[0].value == program.outputs[1].value);
    CHECK(program.outputs[2].first_channel == 12);
    CHECK(program.channels[static_cast<std::size_t>(program.outputs[2].value)] == 32);
}

TEST_CASE("YuNet's heads are merged through their depthwise convolutions") {
    const Program program = make_program(random_module(all_networks()[2]));
    REQUIRE(program.outputs.size() == 12);
    CHECK(program.outputs[3].name == "landmarks_8");
    CHECK(program.outputs[3].value == program.outputs[0].value);
    CHECK(program.outputs[3].first_channel == 6);
    CHECK(program.channels[static_cast<std::size_t>(program.outputs[3].value)] == 16);
}
