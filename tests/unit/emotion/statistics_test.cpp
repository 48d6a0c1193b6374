#include "emotion/statistics.hpp"

#include "support/catch.hpp"

using namespace emotion;

namespace {

Emotion emotion_of(std::vector<float> probabilities, std::optional<float> valence = std::nullopt,
                   std::optional<float> arousal = std::nullopt) {
    const auto labels = std::make_shared<const std::vector<std::string>>(probabilities.size(), "x");
    return {labels, std::move(probabilities), valence, arousal};
}

}  // namespace

TEST_CASE("Three of four faces show one emotion: attention 0.75") {
    const std::vector<Emotion> emotions{
        emotion_of({0.1f, 0.8f, 0.1f}, 0.5f, 0.2f), emotion_of({0.3f, 0.4f, 0.3f}, -0.1f, 0.4f),
        emotion_of({0.9f, 0.1f, 0.0f}, 0.2f, 0.0f), emotion_of({0.0f, 1.0f, 0.0f}, 1.0f, 0.2f)};
    const std::vector<std::optional<HeadPose>> poses{HeadPose{0, 0, 0}, HeadPose{50, 0, 0}, std::nullopt,
                                                     HeadPose{-20, 10, 40}};
    const FrameStatistics statistics = frame_statistics(4, emotions, poses);
    CHECK(statistics.head_count == 4);
    CHECK(statistics.emotion_counts == std::vector<int>{1, 3, 0});
    CHECK(statistics.attention_coef == 0.75f);
    CHECK(*statistics.valence == Approx(0.4));
    CHECK(*statistics.arousal == Approx(0.2));
    CHECK(*statistics.front_share == Approx(2.0 / 3));
}

TEST_CASE("No face: attention 0, no means") {
    CHECK(frame_statistics(0) == FrameStatistics{});
}

TEST_CASE("Heads only are counted without emotions") {
    const FrameStatistics statistics = frame_statistics(7);
    CHECK(statistics.head_count == 7);
    CHECK(statistics.emotion_counts.empty());
    CHECK(statistics.attention_coef == 0);
    CHECK_FALSE(statistics.valence);
    CHECK_FALSE(statistics.front_share);
}

TEST_CASE("Lists that do not fit are refused") {
    const std::vector<Emotion> mixed{emotion_of({1, 0}), emotion_of({1, 0, 0})};
    CHECK_THROWS_WITH(frame_statistics(2, mixed),
                      "frame_statistics: expected 2 probabilities as in the first emotion, got 3");
    CHECK_THROWS_WITH(frame_statistics(3, mixed),
                      "frame_statistics: expected an emotion for each of 3 heads or none, got 2");
    const std::vector<std::optional<HeadPose>> poses(1);
    CHECK_THROWS_AS(frame_statistics(2, {}, poses), Error);
    CHECK_THROWS_AS(frame_statistics(-1), Error);
}
