#include "nn/direct/team.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using emotion::nn::direct::Team;

namespace {

/// How often each of `count` items was visited, and whether all pieces were of at least `grain` but for the last.
std::vector<int> visits(const Team& team, std::int64_t count, std::int64_t grain) {
    std::vector<std::atomic<int>> seen(static_cast<std::size_t>(count));
    team.run(count, grain, [&](std::int64_t begin, std::int64_t end) {
        if (end - begin < grain && end != count) return;
        for (std::int64_t i = begin; i < end; ++i) ++seen[static_cast<std::size_t>(i)];
    });
    return {seen.begin(), seen.end()};
}

}  // namespace

TEST_CASE("Every item is done once, whatever the count, the grain and the threads") {
    for (int threads : {1, 2, 3, 7}) {
        const Team team(threads);
        for (std::int64_t count : {0, 1, 2, 5, 64, 1000})
            for (std::int64_t grain : {1, 3, 50})
                for (int times : visits(team, count, grain)) CHECK(times == 1);
    }
}

TEST_CASE("Many short loops in several teams at once lose nothing") {
    std::vector<std::thread> callers;
    std::atomic<std::int64_t> sum{0};
    for (int caller = 0; caller < 3; ++caller)
        callers.emplace_back([&] {
            for (int round = 0; round < 300; ++round) {
                const Team team(2);
                team.run(17, 1, [&](std::int64_t begin, std::int64_t end) { sum += end - begin; });
            }
        });
    for (std::thread& caller : callers) caller.join();
    CHECK(sum == 3 * 300 * 17);
}

TEST_CASE("What a piece throws comes out of the loop, and the team goes on working") {
    const Team team(3);
    for (int round = 0; round < 20; ++round) {
        CHECK_THROWS_AS(team.run(40, 1,
                                 [](std::int64_t begin, std::int64_t) {
                                     if (begin > 4) throw std::runtime_error("no");
                                 }),
                        std::runtime_error);
        for (int times : visits(team, 40, 1)) CHECK(times == 1);
    }
}

TEST_CASE("A forked process has no helpers, and works") {
    { visits(Team(3), 100, 1); }
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        int missing = 0;
        for (int times : visits(Team(3), 100, 1)) missing += times == 1 ? 0 : 1;
        _exit(missing == 0 ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
