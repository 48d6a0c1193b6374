#include "face/motion.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace emotion;

namespace {

Rect box_at(double x, double y, double side) {
    return {static_cast<float>(x - side / 2), static_cast<float>(y - side / 2), static_cast<float>(x + side / 2),
            static_cast<float>(y + side / 2)};
}

}  // namespace

TEST_CASE("A steady movement is foreseen at any frame rate") {
    for (double step : {0.04, 0.2, 1.0}) {
        BoxMotion motion(box_at(100, 50, 40));
        double time = 0;
        for (int i = 0; i < 30; ++i) {
            time += step;
            motion.predict(step);
            motion.correct(box_at(100 + 30 * time, 50 - 12 * time, 40));
        }
        motion.predict(0.5);
        INFO("step " << step);
        CHECK(motion.box().center().x == Approx(100 + 30 * (time + 0.5)).margin(1.5));
        CHECK(motion.box().center().y == Approx(50 - 12 * (time + 0.5)).margin(1));
        CHECK(motion.box().height() == Approx(40).margin(0.5));
    }
}

TEST_CASE("Steps in small parts and in one give the same prediction") {
    BoxMotion whole(box_at(10, 10, 20));
    whole.predict(0.2);
    whole.correct(box_at(14, 9, 21));
    BoxMotion parts = whole;
    whole.predict(1);
    for (int i = 0; i < 100; ++i) parts.predict(0.01);
    CHECK(parts.box().center().x == Approx(whole.box().center().x).margin(1e-3));
    whole.correct(box_at(40, 10, 20));
    parts.correct(box_at(40, 10, 20));
    CHECK(parts.box().center().x == Approx(whole.box().center().x).margin(1e-2));
}

TEST_CASE("Trembling is averaged out, and a box never loses its area") {
    BoxMotion motion(box_at(100, 100, 50));
    double largest = 0;
    for (int i = 0; i < 200; ++i) {
        motion.predict(0.04);
        motion.correct(box_at(100 + (i % 2 == 0 ? 2 : -2), 100, 50));
        if (i > 20) largest = std::max(largest, std::abs(motion.box().center().x - 100.0));
    }
    CHECK(largest < 1);

    BoxMotion shrinking(box_at(100, 100, 50));
    for (int side = 50; side > 10; side -= 5) {
        shrinking.predict(0.1);
        shrinking.correct(box_at(100, 100, side));
    }
    shrinking.predict(60);
    CHECK(shrinking.box().area() >= 1);
}
