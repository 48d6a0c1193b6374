#include "emotion/timeline.hpp"

#include <limits>
#include <random>

#include "support/catch.hpp"

using namespace emotion;

namespace {

FrameStatistics frame(int heads, std::vector<int> counts, float attention,
                      std::optional<float> valence = std::nullopt) {
    FrameStatistics statistics;
    statistics.head_count = heads;
    statistics.emotion_counts = std::move(counts);
    statistics.attention_coef = attention;
    statistics.valence = valence;
    return statistics;
}

}  // namespace

TEST_CASE("Frames of a stretch are averaged, stretches without frames are gaps") {
    Timeline timeline({"calm", "glad"}, 2);
    timeline.add(0.5, frame(2, {1, 1}, 0.5f, 0.2f));
    timeline.add(1.9, frame(4, {0, 4}, 1.0f, 0.8f));
    timeline.add(7, frame(1, {1, 0}, 1.0f));
    const std::vector<TimelinePoint> points = timeline.points();
    REQUIRE(points.size() == 4);
    CHECK(points[0].start_s == 0);
    CHECK(points[0].end_s == 2);
    CHECK(points[0].frames == 2);
    CHECK(points[0].head_count == 3);
    CHECK(points[0].max_head_count == 4);
    CHECK(points[0].emotion_counts == std::vector<float>{0.5f, 2.5f});
    CHECK(points[0].attention_coef == 0.75f);
    CHECK(*points[0].valence == Approx((2 * 0.2 + 4 * 0.8) / 6));
    CHECK_FALSE(points[0].arousal);
    CHECK(points[1].frames == 0);
    CHECK(points[1].head_count == 0);
    CHECK_FALSE(points[1].valence);
    CHECK(points[3].start_s == 6);
    CHECK_FALSE(points[3].valence);
    CHECK(timeline.total().frames == 3);
    CHECK(timeline.total().end_s == 8);
    CHECK(timeline.total().head_count == Approx(7.0 / 3));
}

TEST_CASE("Resampling and merging give what adding all frames anew gives") {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> time(0, 100);
    Timeline first({"a", "b"}, 0.5), second({"a", "b"}, 0.5), all({"a", "b"}, 5);
    for (int i = 0; i < 400; ++i) {
        const int heads = static_cast<int>(random() % 5);
        const int a = heads > 0 ? static_cast<int>(random() % static_cast<unsigned>(heads + 1)) : 0;
        const FrameStatistics statistics = frame(
            heads, {a, heads - a}, 0.5f, heads > 0 ? std::optional(0.01f * static_cast<float>(i % 90)) : std::nullopt);
        const double t = time(random);
        (i % 2 == 0 ? first : second).add(t, statistics);
        all.add(t + (i % 2 == 0 ? 0 : 20), statistics);
    }
    first.merge(second, 20);
    const std::vector<TimelinePoint> merged = first.resample(5).points();
    const std::vector<TimelinePoint> expected = all.points();
    REQUIRE(merged.size() == expected.size());
    for (std::size_t i = 0; i < merged.size(); ++i) {
        CHECK(merged[i].frames == expected[i].frames);
        CHECK(merged[i].start_s == Approx(expected[i].start_s));
        CHECK(merged[i].emotion_counts == expected[i].emotion_counts);
        CHECK(merged[i].valence.value_or(9) == Approx(expected[i].valence.value_or(9)));
    }
}

TEST_CASE("Times that floats cannot hold fall into their stretch") {
    Timeline timeline({}, 0.1);
    for (int i = 0; i < 1000; ++i) timeline.add(0.1 * i, frame(1, {}, 0));
    for (const TimelinePoint& point : timeline.points()) CHECK(point.frames == 1);
    CHECK(timeline.resample(0.3).points().size() == 334);
}

TEST_CASE("An empty timeline has no points and an empty total") {
    const Timeline timeline({"a"});
    CHECK(timeline.points().empty());
    CHECK(timeline.total().frames == 0);
    CHECK(timeline.total().emotion_counts == std::vector<float>{0});
}

TEST_CASE("A timeline refuses what does not fit") {
    Timeline timeline({"a", "b"}, 1);
    CHECK_THROWS_WITH(timeline.add(-1, frame(0, {}, 0)), "Timeline: the time must be at least 0 s, got -1");
    CHECK_THROWS_AS(timeline.add(std::numeric_limits<double>::quiet_NaN(), frame(0, {}, 0)), Error);
    CHECK_THROWS_WITH(timeline.add(1, frame(1, {1}, 1)), "Timeline: expected 2 emotion counts or none, got 1");
    CHECK_THROWS_WITH(timeline.resample(1.5), "Timeline: the new interval must be a multiple of 1 s, got 1.5 s");
    CHECK_THROWS_AS(timeline.resample(0), Error);
    CHECK_THROWS_AS(timeline.merge(Timeline({"a"}, 1)), Error);
    CHECK_THROWS_AS(timeline.merge(Timeline({"a", "b"}, 2)), Error);
    Timeline other({"a", "b"}, 1);
    other.add(0, frame(1, {1, 0}, 1));
    CHECK_THROWS_AS(timeline.merge(other, 0.5), Error);
    CHECK_THROWS_AS(timeline.merge(other, -1), Error);
    timeline.merge(other, 3);
    timeline.merge(timeline);
    CHECK(timeline.total().frames == 2);
    CHECK_THROWS_AS(Timeline({}, 0), Error);
}
