#include "nn/direct/plan.hpp"

#include <algorithm>

#include "unit/nn/networks.hpp"

// Last: LibTorch defines CHECK too.
#include "support/catch.hpp"

using namespace emotion::nn;
using namespace emotion::nn::direct;

TEST_CASE("Buffers that live at the same time never share memory, at any size") {
    for (const NetworkCase& network : all_networks()) {
        const Program program = make_program(random_module(network));
        for (const auto& size : network.sizes) {
            const Plan plan = make_plan(program, 8, static_cast<int>(size[1]), static_cast<int>(size[2]));
            int clashes = 0;
            for (std::size_t a = 0; a < plan.buffers.size(); ++a)
                for (std::size_t b = a + 1; b < plan.buffers.size(); ++b) {
                    const Buffer& first = plan.buffers[a];
                    const Buffer& second = plan.buffers[b];
                    if (first.output >= 0 || second.output >= 0) continue;
                    const bool in_time = first.first_step <= second.last_step && second.first_step <= first.last_step;
                    const bool in_space = first.offset < second.offset + second.image() * plan.images &&
                                          second.offset < first.offset + first.image() * plan.images;
                    clashes += in_time && in_space ? 1 : 0;
                }
            CHECK(clashes == 0);
            for (const Buffer& buffer : plan.buffers)
                if (buffer.output < 0) CHECK(buffer.offset + buffer.image() * plan.images <= plan.arena_floats);
        }
    }
}

TEST_CASE("Memory is used again: a deep network needs little more than its largest neighbours") {
    const Program program = make_program(random_module(all_networks()[4]));
    const Plan plan = make_plan(program, 8, 480, 640);
    std::int64_t all = 0;
    for (const Buffer& buffer : plan.buffers) all += buffer.image();
    CHECK(plan.arena_floats < all * 3 / 4);
}

TEST_CASE("Only small pictures go through together") {
    const Program program = make_program(random_module(all_networks()[6]));
    CHECK(make_plan(program, 8, 48, 48).images > 1);
    CHECK(make_plan(program, 8, 720, 1280).images == 1);
}

TEST_CASE("Large maps that one convolution reads are never in memory, small ones are") {
    const Program program = make_program(random_module(all_networks()[4]));
    auto maps = [&](int height, int width) {
        const Plan plan = make_plan(program, 8, height, width);
        return std::count(plan.made_by.begin(), plan.made_by.end(), -1);
    };
    CHECK(maps(96, 128) == static_cast<std::ptrdiff_t>(program.channels.size()));
    CHECK(maps(1080, 1920) == maps(96, 128) - 2);  // both maps of the stem
}
