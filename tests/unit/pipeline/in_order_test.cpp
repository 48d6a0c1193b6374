#include "pipeline/in_order.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace emotion;

namespace {

/// Numbers 0 to 999 made by three threads; `make` says whether one can be made.
template <class Make>
std::vector<int> passed_on(BoundedQueue<int>& queue, InOrder<int>& in_order, const Make& make) {
    std::atomic<int> next{0};
    std::vector<std::thread> makers;
    for (int i = 0; i < 3; ++i)
        makers.emplace_back([&] {
            for (int number = next++; number < 1000; number = next++) {
                if (!make(number)) return in_order.end_before(number);
                if (number % 7 == 0) std::this_thread::yield();
                if (!in_order.push(number, number)) return;
            }
        });
    std::thread closer([&] {
        for (std::thread& maker : makers) maker.join();
        queue.finish();
    });
    std::vector<int> values;
    while (const std::optional<int> value = queue.pop()) values.push_back(*value);
    closer.join();
    return values;
}

}  // namespace

TEST_CASE("What several threads make comes out in order") {
    BoundedQueue<int> queue(2);
    InOrder<int> in_order(queue, 4);
    const std::vector<int> values = passed_on(queue, in_order, [](int) { return true; });
    REQUIRE(values.size() == 1000);
    for (int i = 0; i < 1000; ++i) CHECK(values[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("All before a value that cannot be made comes out, and nothing behind it") {
    BoundedQueue<int> queue(2);
    InOrder<int> in_order(queue, 4);
    const std::vector<int> values = passed_on(queue, in_order, [](int number) { return number != 500; });
    REQUIRE(values.size() == 500);
    CHECK(values.back() == 499);
}

TEST_CASE("A cancelled queue lets all makers go") {
    BoundedQueue<int> queue(2);
    InOrder<int> in_order(queue, 4);
    std::vector<std::thread> makers;
    for (int number = 0; number < 12; ++number) makers.emplace_back([&, number] { in_order.push(number, number); });
    CHECK(queue.pop() == 0);
    queue.cancel();
    for (std::thread& maker : makers) maker.join();
    CHECK_FALSE(in_order.push(20, 20));
}
