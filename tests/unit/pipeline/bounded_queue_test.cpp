#include "pipeline/bounded_queue.hpp"

#include <atomic>
#include <memory>
#include <thread>

#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("All values come out in order, and never more wait than the queue holds") {
    BoundedQueue<std::unique_ptr<int>> queue(3);
    std::atomic<int> pushed{0}, popped{0};
    std::atomic<int> most{0};
    std::thread writer([&] {
        for (int i = 0; i < 2000; ++i) {
            queue.push(std::make_unique<int>(i));
            most = std::max(most.load(), ++pushed - popped.load());
        }
        queue.finish();
    });
    int expected = 0;
    while (const std::optional<std::unique_ptr<int>> value = queue.pop()) {
        CHECK(**value == expected++);
        ++popped;
    }
    writer.join();
    CHECK(expected == 2000);
    CHECK(most <= 3 + 1);  // one is out of the queue but not yet counted
}

TEST_CASE("A finished queue gives what it holds, a cancelled one nothing, and both take no more") {
    BoundedQueue<int> finished(4), cancelled(4);
    for (BoundedQueue<int>* queue : {&finished, &cancelled}) {
        queue->push(1);
        queue->push(2);
    }
    finished.finish();
    cancelled.cancel();
    CHECK_FALSE(finished.push(3));
    CHECK_FALSE(cancelled.push(3));
    CHECK(finished.pop() == 1);
    CHECK(finished.pop() == 2);
    CHECK_FALSE(finished.pop());
    CHECK_FALSE(cancelled.pop());
}

TEST_CASE("The end wakes those who wait") {
    BoundedQueue<int> empty(1), full(1);
    full.push(1);
    bool popped = true, pushed = true;
    std::thread reader([&] { popped = empty.pop().has_value(); });
    std::thread writer([&] { pushed = full.push(2); });
    empty.finish();
    full.cancel();
    reader.join();
    writer.join();
    CHECK_FALSE(popped);
    CHECK_FALSE(pushed);
}

TEST_CASE("A pop that waits for some time says whether more can come") {
    BoundedQueue<int> queue(2);
    CHECK_FALSE(queue.pop(std::chrono::duration<double>(0.01)));
    CHECK_FALSE(queue.ended());
    queue.push(1);
    queue.finish();
    CHECK_FALSE(queue.ended());
    CHECK(queue.pop(std::chrono::duration<double>(10)) == 1);
    CHECK(queue.ended());
    CHECK_FALSE(queue.pop(std::chrono::duration<double>(10)));
}
