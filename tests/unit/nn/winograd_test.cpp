#include "nn/direct/winograd.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "nn/direct/engine.hpp"
#include "nn/direct/run.hpp"
#include "unit/nn/networks.hpp"
// Last: LibTorch defines CHECK too.
#include "support/catch.hpp"

using namespace emotion::nn;
using namespace emotion::nn::direct;

namespace {

struct Case {
    int in = 8;
    int out = 8;
    int padding = 1;
    float slope = 1;
    enum { nothing, equal, upsampled } added = nothing;
    bool added_first = true;
    bool joined = false;  ///< the result is the second part of a concatenation and is read by a 5 x 5 convolution too
    int images = 1;
};

Step conv(int input, int output, int in, int out, int kernel, int padding) {
    Step step;
    step.inputs = {input};
    step.output = output;
    step.weight = at::randn({out, in, kernel, kernel}) / std::sqrt(in * kernel * kernel);
    step.bias = at::randn({out});
    step.kernel = kernel;
    step.padding = padding;
    return step;
}

/// Values: 0 the input, 1 its copy, 2 what is added, 3 the result of the convolution (step 2); joined: 4 the part
/// before it, 5 both, 6 the reader.
Program program_of(const Case& c) {
    Program program;
    Step copy;
    copy.kind = StepKind::activation;
    copy.inputs = {0};
    copy.output = 1;
    Step other = conv(1, 2, c.in, c.out, c.padding == 0 ? 3 : 1, 0);
    if (c.added == Case::upsampled) other.stride = 2;
    Step tested = conv(1, 3, c.in, c.out, 3, c.padding);
    tested.slope = c.slope;
    if (c.added != Case::nothing) tested.added = 2;
    tested.added_upsampled = c.added == Case::upsampled;
    tested.added_first = c.added_first;
    program.steps = {copy, other, tested};
    program.channels = {c.in, c.in, c.out, c.out};
    if (c.joined) {
        Step concat;
        concat.kind = StepKind::concat;
        concat.inputs = {4, 3};
        concat.output = 5;
        program.steps.push_back(conv(1, 4, c.in, c.out, 3, c.padding));
        program.steps.push_back(concat);
        program.steps.push_back(conv(5, 6, 2 * c.out, 4, 5, 2));
        program.channels.insert(program.channels.end(), {c.out, 2 * c.out, 4});
    }
    program.is_vector.assign(program.channels.size(), false);
    const int last = static_cast<int>(program.channels.size()) - 1;
    program.outputs = {{"result", last, 0, program.channels.back()}};
    return program;
}

/// The program's result with step 2 done by Winograd's method or plainly.
at::Tensor run(const Program& program, const Kernels& kernels, const at::Tensor& x, bool winograd, int threads) {
    std::vector<Packed> packed;
    for (const Step& step : program.steps)
        packed.push_back(step.kind == StepKind::conv ? pack(step, kernels.width) : Packed{});
    Plan plan = make_plan(program, kernels.width, static_cast<int>(x.size(2)), static_cast<int>(x.size(3)));
    plan.winograd.assign(program.steps.size(), false);
    plan.winograd[2] = winograd;
    const InputRows input = rows_of(x);
    const std::size_t value = static_cast<std::size_t>(program.outputs[0].value);
    at::Tensor result = at::full(
        {x.size(0), plan.heights[value], plan.widths[value], padded(program.channels[value], kernels.width)}, NAN);
    // Memory that holds no number shows what is read and was never written.
    at::Tensor arena = at::full({plan.arena_floats}, NAN);
    const Team team(threads);
    for (int i = 0; i < x.size(0); i += plan.images) {
        const int count = std::min(plan.images, static_cast<int>(x.size(0)) - i);
        const std::vector<float*> outputs{result.mutable_data_ptr<float>() + i * result.stride(0)};
        Run(program, packed, kernels, plan, input, i, count, arena.mutable_data_ptr<float>(), outputs, team)
            .all_steps();
    }
    return result.narrow(3, 0, program.channels[value]);
}

const std::vector<const Kernels*>& kernels_here() {
    static const std::vector<const Kernels*> result{&generic_kernels(), &best_kernels()};
    return result;
}

/// Largest difference of the two ways for a picture of this size.
double difference(const Case& c, const Kernels& kernels, int height, int width, int threads) {
    const Program program = program_of(c);
    const at::Tensor x = at::randn({c.images, c.in, height, width});
    const at::Tensor plain = run(program, kernels, x, false, 1);
    return worst_difference({run(program, kernels, x, true, threads)}, {plain});
}

}  // namespace

TEST_CASE("Winograd's convolutions are the plain ones to 1e-5, for maps of every size from one pixel") {
    at::manual_seed(1);
    for (const Kernels* kernels : kernels_here())
        for (int height : {1, 2, 3, 4, 5, 9, 31})
            for (int width : {1, 2, 3, 6, 8, 13, 30})
                for (int threads : {1, 3}) {
                    INFO(kernels->name << ", " << height << " x " << width);
                    CHECK(difference({}, *kernels, height, width, threads) < 1e-5);
                }
}

TEST_CASE("Winograd's convolutions take any number of channels, in and out") {
    at::manual_seed(2);
    for (const Kernels* kernels : kernels_here())
        for (int in : {1, 3, 8, 17, 24, 40})
            for (int out : {1, 5, 8, 16, 21, 24, 48}) {
                INFO(kernels->name << ", " << in << " to " << out);
                CHECK(difference({.in = in, .out = out}, *kernels, 10, 13, 1) < 1e-5);
            }
}

TEST_CASE("Winograd's convolutions activate and add as the plain ones do, beside other parts and with any border") {
    at::manual_seed(3);
    for (const Kernels* kernels : kernels_here())
        for (int padding : {0, 1})
            for (float slope : {1.0f, 0.0f, 0.1f})
                for (auto added : {Case::nothing, Case::equal, Case::upsampled})
                    for (bool first : {true, false})
                        for (bool joined : {false, true})
                            for (int threads : {1, 3}) {
                                Case c{16, 8, padding, slope, added, first, joined, 3};
                                INFO(kernels->name << ", padding " << padding << ", slope " << slope << ", added "
                                                   << added << (first ? " first" : " last")
                                                   << (joined ? ", joined, " : ", ") << threads << " threads");
                                CHECK(difference(c, *kernels, 11, 17, threads) < 1e-5);
                                c.out = 11;  // a concatenation then copies
                                CHECK(difference(c, *kernels, 6, 6, threads) < 1e-5);
                            }
}

TEST_CASE("Winograd's convolutions stay within a few roundings of the exact sums, with many channels too") {
    at::manual_seed(4);
    for (int channels : {24, 64, 256}) {
        const Program program = program_of({.in = channels, .out = channels});
        const at::Tensor x = at::randn({1, channels, 24, 24}).relu();
        const Step& step = program.steps[2];
        const at::Tensor exact =
            at::conv2d(x.to(at::kDouble), step.weight.to(at::kDouble), step.bias.to(at::kDouble), 1, 1)
                .permute({0, 2, 3, 1});
        const at::Tensor winograd = run(program, best_kernels(), x, true, 1).to(at::kDouble);
        INFO(channels << " channels");
        CHECK(worst_difference({winograd}, {exact}) < 3e-6);
    }
}

TEST_CASE("Winograd's method is taken for large maps of many channels, and never for other convolutions") {
    const Step step = conv(1, 2, 24, 24, 3, 1);
    CHECK(can_winograd(step));
    CHECK(worth_winograd(step, 135, 240));
    CHECK(worth_winograd(conv(1, 2, 64, 64, 3, 1), 3, 3));
    CHECK_FALSE(worth_winograd(step, 2, 2));
    CHECK_FALSE(worth_winograd(conv(1, 2, 8, 8, 3, 1), 135, 240));
    CHECK_FALSE(can_winograd(conv(0, 2, 24, 24, 3, 1)));
    CHECK_FALSE(can_winograd(conv(1, 2, 24, 24, 5, 1)));
    CHECK_FALSE(can_winograd(conv(1, 2, 512, 512, 3, 1)));
    Step strided = step;
    strided.stride = 2;
    CHECK_FALSE(can_winograd(strided));
}
