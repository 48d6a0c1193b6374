#include "train/faces_batch.hpp"

#include <ATen/ATen.h>

#include "support/catch.hpp"

using namespace emotion;
using namespace emotion::train;

TEST_CASE("pixels become the network's input, channels first in shape and last in memory") {
    const InputSpec input{.mean = {127.5f, 127.5f, 127.5f}, .scale = {1 / 64.0f, 1 / 64.0f, 1 / 64.0f}};
    std::vector<std::uint8_t> pixels(2 * 4 * 4 * 3, 0);
    pixels[(1 * 16 + 2 * 4 + 3) * 3 + 1] = 255;  // second picture, row 2, column 3, green
    const at::Tensor x = to_input(pixels, 2, 4, input);
    CHECK(x.sizes() == at::IntArrayRef({2, 3, 4, 4}));
    CHECK(x.is_contiguous(at::MemoryFormat::ChannelsLast));
    CHECK(x[1][1][2][3].item<double>() == Approx(127.5 / 64));
    CHECK(x[1][0][2][3].item<double>() == Approx(-127.5 / 64));
}
