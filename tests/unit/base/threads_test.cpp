#include "emotion/threads.hpp"

#include <thread>

#include "base/thread_limit.hpp"
#include "base/thread_setters.hpp"
#include "support/catch.hpp"

namespace {
int seen = 0;
}

TEST_CASE("set_num_threads reaches every registered library and is read back") {
    emotion::add_thread_setter([](int count) { seen = count; });
    emotion::set_num_threads(3);
    CHECK(seen == 3);
    CHECK(emotion::num_threads() == 3);
    emotion::set_num_threads(1);
    CHECK(seen == 1);
    CHECK(emotion::num_threads() == 1);
}

TEST_CASE("set_num_threads refuses a count below 1 and changes nothing") {
    emotion::set_num_threads(2);
    std::string message = error_message(emotion::ErrorCode::invalid_argument, [] { emotion::set_num_threads(0); });
    CHECK(message == "set_num_threads: count must be at least 1, got 0");
    CHECK(emotion::num_threads() == 2);
}

TEST_CASE("A limit holds for its thread alone, the innermost one counts, and it goes with its scope") {
    CHECK(emotion::ThreadLimit::applied_to(4) == 4);
    {
        const emotion::ThreadLimit one(1);
        CHECK(emotion::ThreadLimit::applied_to(4) == 1);
        {
            const emotion::ThreadLimit three(3);
            CHECK(emotion::ThreadLimit::applied_to(4) == 3);
            CHECK(emotion::ThreadLimit::applied_to(2) == 2);
        }
        CHECK(emotion::ThreadLimit::applied_to(4) == 1);
        int elsewhere = 0;
        std::thread([&] { elsewhere = emotion::ThreadLimit::applied_to(4); }).join();
        CHECK(elsewhere == 4);
    }
    CHECK(emotion::ThreadLimit::applied_to(4) == 4);
}
