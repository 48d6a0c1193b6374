#include "face/network_input.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("A card's input says how pixels become numbers") {
    InputSpec input;
    input.color = InputColor::bgr;
    input.mean = {104, 117, 123};
    input.scale = {0.5f, 0.25f, 2};
    input.per_image = true;
    const PixelTransform transform = pixel_transform(input);
    CHECK(transform.format == PixelFormat::bgr8);
    CHECK(transform.mean == input.mean);
    CHECK(transform.scale == input.scale);
    CHECK(transform.per_image);
    input.color = InputColor::rgb;
    CHECK(pixel_transform(input).format == PixelFormat::rgb8);
    input.color = InputColor::gray;
    CHECK(pixel_transform(input).format == PixelFormat::gray8);
}

TEST_CASE("A buffer is used again, and never by two at once") {
    InputBuffers buffers;
    float* first = nullptr;
    {
        InputBuffers::Lease a(buffers, 1000);
        InputBuffers::Lease b(buffers, 1000);
        CHECK(a.data() != b.data());
        std::fill_n(a.data(), 1000, 1.0f);
        std::fill_n(b.data(), 1000, 2.0f);
        CHECK(a.data()[999] == 1.0f);
        first = a.data();
    }
    InputBuffers::Lease again(buffers, 500);  // a went last, so it comes first
    CHECK(again.data() == first);
}

TEST_CASE("A buffer grows when more is asked of it") {
    InputBuffers buffers;
    for (std::size_t floats : {std::size_t{10}, std::size_t{100000}, std::size_t{20} << 20, std::size_t{10}}) {
        InputBuffers::Lease lease(buffers, floats);
        lease.data()[floats - 1] = 3;
        CHECK(lease.data()[floats - 1] == 3);
    }
}

TEST_CASE("Threads take buffers from one place without sharing any") {
    InputBuffers buffers;
    std::vector<int> wrong(4, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 500; ++i) {
                InputBuffers::Lease lease(buffers, 256);
                const float mark = static_cast<float>(t);
                std::fill_n(lease.data(), 256, mark);
                if (std::any_of(lease.data(), lease.data() + 256, [&](float v) { return v != mark; })) ++wrong[t];
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == std::vector<int>{0, 0, 0, 0});
}
