#include "train/schedule.hpp"

#include "support/catch.hpp"

using emotion::train::CosineSchedule;

TEST_CASE("the learning rate rises to its peak and falls to its end") {
    const CosineSchedule schedule{.peak = 2e-3, .warmup_steps = 10, .total_steps = 110, .final_share = 0.1};
    CHECK(schedule.at(0) == Approx(2e-4));
    CHECK(schedule.at(9) == Approx(2e-3));
    CHECK(schedule.at(10) == Approx(2e-3));
    CHECK(schedule.at(60) == Approx(2e-3 * 0.55));
    CHECK(schedule.at(110) == Approx(2e-4));
    CHECK(schedule.at(5000) == Approx(2e-4));
    for (int step = 10; step < 110; ++step) CHECK(schedule.at(step + 1) <= schedule.at(step));
}

TEST_CASE("a schedule without a warm-up begins at its peak") {
    CHECK(CosineSchedule{.peak = 1, .warmup_steps = 0, .total_steps = 4}.at(0) == Approx(1));
    CHECK(CosineSchedule{.peak = 1, .warmup_steps = 0, .total_steps = 4}.at(4) == Approx(0).margin(1e-12));
}
