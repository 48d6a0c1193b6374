#include "emotion/smoothing.hpp"

#include <cmath>
#include <numeric>

#include "support/catch.hpp"

using namespace emotion;

namespace {

Emotion emotion_of(std::vector<float> probabilities, std::optional<float> valence = std::nullopt) {
    const auto labels = std::make_shared<const std::vector<std::string>>(probabilities.size(), "x");
    return {labels, std::move(probabilities), valence, valence};
}

}  // namespace

TEST_CASE("After one time constant 63 % of a jump is reached, at any frame rate") {
    for (int steps : {1, 10, 77}) {
        EmotionSmoother smoother(2);
        smoother.update(1, emotion_of({1, 0}, -1.0f), 10);
        Emotion now;
        for (int i = 1; i <= steps; ++i) now = smoother.update(1, emotion_of({0, 1}, 1.0f), 10 + 2.0 * i / steps);
        const double reached = 1 - std::exp(-1);
        CHECK(now.probabilities[1] == Approx(reached).margin(1e-5));
        CHECK(*now.valence == Approx(2 * reached - 1).margin(1e-5));
        CHECK(*now.arousal == Approx(2 * reached - 1).margin(1e-5));
        CHECK(std::accumulate(now.probabilities.begin(), now.probabilities.end(), 0.0f) == Approx(1));
    }
}

TEST_CASE("Tracks do not mix, and a forgotten one begins anew") {
    EmotionSmoother smoother(1);
    smoother.update(1, emotion_of({1, 0}), 0);
    CHECK(smoother.update(2, emotion_of({0, 1}), 0).probabilities == std::vector<float>{0, 1});
    const std::vector<std::int64_t> kept{2};
    smoother.keep(kept);
    CHECK(smoother.update(1, emotion_of({0, 1}), 1).probabilities == std::vector<float>{0, 1});
    CHECK(smoother.update(2, emotion_of({1, 0}), 1).probabilities[0] < 0.99f);
}

TEST_CASE("The last emotion of a track is known until it is forgotten, smoothed or not") {
    for (double time_constant_s : {0.0, 1.0}) {
        EmotionSmoother smoother(time_constant_s);
        smoother.update(3, emotion_of({1, 0}), 0);
        const Emotion given = smoother.update(3, emotion_of({0, 1}), 1);
        CHECK(smoother.last(3).probabilities == given.probabilities);
        smoother.keep({});
        CHECK_THROWS_WITH(smoother.last(3), "EmotionSmoother: nothing is known of track 3");
    }
}

TEST_CASE("Without a time constant nothing is smoothed; two values at one time leave the first") {
    EmotionSmoother none(0);
    none.update(1, emotion_of({1, 0}), 0);
    CHECK(none.update(1, emotion_of({0, 1}), 1).probabilities == std::vector<float>{0, 1});
    EmotionSmoother some(1);
    some.update(1, emotion_of({1, 0}), 0);
    CHECK(some.update(1, emotion_of({0, 1}), 0).probabilities == std::vector<float>{1, 0});
}

TEST_CASE("A smoother refuses bad times, other labels and a bad time constant") {
    EmotionSmoother smoother(1);
    smoother.update(1, emotion_of({1, 0}), 5);
    CHECK_THROWS_WITH(smoother.update(1, emotion_of({1, 0}), 4),
                      "EmotionSmoother: times may not go back, got 4 s after 5 s");
    CHECK_THROWS_WITH(smoother.update(1, emotion_of({1, 0, 0}), 6),
                      "EmotionSmoother: expected 2 probabilities as before, got 3");
    CHECK_THROWS_AS(EmotionSmoother(-1), Error);
}
