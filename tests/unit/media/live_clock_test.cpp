#include "media/live_clock.hpp"

#include "support/catch.hpp"

using emotion::LiveClock;

TEST_CASE("without time stamps a picture has the time it came at") {
    LiveClock clock;
    for (const double now : {0.5, 0.7, 3.0}) CHECK(clock.time(now, std::nullopt) == Approx(now));
}

TEST_CASE("a stream's own times set the distances, whatever they count from") {
    LiveClock clock;
    CHECK(clock.time(1.0, 5000.0) == Approx(1.0));
    CHECK(clock.time(1.3, 5000.04) == Approx(1.04));  // came late
    CHECK(clock.time(1.31, 5000.08) == Approx(1.08));
}

TEST_CASE("times part from the clock by two seconds at most and always rise") {
    LiveClock clock;
    clock.time(10, 0.0);
    CHECK(clock.time(11, 3600.0) == Approx(11));  // the camera's clock jumped
    CHECK(clock.time(11.04, 3600.04) == Approx(11.04));
    CHECK(clock.time(12, 0.0) == Approx(12));
    double last = 12;
    for (int i = 0; i < 100; ++i) {  // a camera that sends twice as fast as it says
        const double time = clock.time(12 + i * 0.5, i * 0.25);
        CHECK(time > last);
        CHECK(time == Approx(12 + i * 0.5).margin(2.01));
        last = time;
    }
}

TEST_CASE("a new connection goes on behind the old one") {
    LiveClock clock;
    clock.time(1, 0.0);
    const double last = clock.time(2.5, 2.9);
    clock.reconnected();
    CHECK(clock.time(2.6, 0.0) > last);
    CHECK(clock.time(20, 700.0) == Approx(20));
}
