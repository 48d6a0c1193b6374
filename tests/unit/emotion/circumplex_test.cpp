#include "emotion/circumplex.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace emotion;

namespace {

/// The point at `radius` in an emotion's direction, turned by `angle`.
CircumplexMatch match_at(const CircumplexEmotion& emotion, double radius, double angle = 0) {
    const double direction = std::atan2(emotion.arousal, emotion.valence) + angle;
    return match_circumplex(static_cast<float>(radius * std::cos(direction)),
                            static_cast<float>(radius * std::sin(direction)));
}

const CircumplexEmotion& emotion_named(const std::string& name) {
    for (const CircumplexEmotion& emotion : circumplex_emotions())
        if (emotion.name == name) return emotion;
    FAIL("no emotion " << name);
    return circumplex_emotions()[0];
}

}  // namespace

TEST_CASE("A point on an emotion's ray is that emotion, as probable as it is far out") {
    REQUIRE(circumplex_emotions().size() == 7);
    for (const CircumplexEmotion& emotion : circumplex_emotions())
        for (double radius : {0.11, 0.5, 0.99}) {
            INFO(emotion.name << " at " << radius);
            const CircumplexMatch match = match_at(emotion, radius);
            CHECK(match.name == emotion.name);
            CHECK(match.probability == Approx(radius));
        }
}

TEST_CASE("Emotions at their own places match themselves unless these lie outside the circle") {
    for (const CircumplexEmotion& emotion : circumplex_emotions()) {
        INFO(emotion.name);
        const float radius = std::hypot(emotion.valence, emotion.arousal);
        const CircumplexMatch match = match_circumplex(emotion.valence, emotion.arousal);
        if (radius <= 1) {
            CHECK(match.name == emotion.name);
            CHECK(match.probability == Approx(radius));
        } else {  // anger, contempt and sad, by less than 0.002
            CHECK(match == CircumplexMatch{"uncertain", 0});
        }
    }
    CHECK(match_circumplex(0.43f, 0.90f).name == "surprise");
}

TEST_CASE("Opposite points are not matched") {
    // Opposite to fear and to surprise there is no other emotion's ray.
    for (const char* name : {"fear", "surprise"}) {
        const CircumplexEmotion& emotion = emotion_named(name);
        CHECK(match_circumplex(-emotion.valence, -emotion.arousal) == CircumplexMatch{"uncertain", 0});
    }
    // Opposite to happy lies sad's side of the plane, 15 degrees from its ray.
    CHECK(match_circumplex(-0.98f, -0.19f).name == "uncertain");
    CHECK(match_circumplex(-0.3f, -0.06f).name == "sad");
}

TEST_CASE("The centre is neutral up to a radius of 0.1") {
    CHECK(match_circumplex(0, 0) == CircumplexMatch{"neutral", 1});
    CHECK(match_circumplex(0.1f, 0) == CircumplexMatch{"neutral", 0.9f});
    CHECK(match_circumplex(0, -0.1f).name == "neutral");
    CHECK(match_circumplex(std::nextafter(0.1f, 1.0f), 0).name == "happy");
    CHECK(match_circumplex(0.031f, -0.116f).name == "uncertain");  // 80 degrees and more from every ray
}

TEST_CASE("The circle of radius 1 belongs to the emotions, what lies outside does not") {
    CHECK(match_circumplex(1, 0).name == "uncertain");  // 0.19 from happy's ray
    CHECK(match_circumplex(0.8f, 0.6f) == CircumplexMatch{"uncertain", 0});
    CHECK(match_circumplex(-0.8f, 0.6f).name == "disgust");  // radius 1
    CHECK(match_circumplex(-0.8001f, 0.6f) == CircumplexMatch{"uncertain", 0});
    CHECK(match_circumplex(3e38f, 3e38f) == CircumplexMatch{"uncertain", 0});
}

TEST_CASE("A point farther than 0.1 from every ray is uncertain, the nearest ray wins") {
    const CircumplexEmotion& happy = emotion_named("happy");
    const double radius = 0.8;
    const CircumplexMatch near = match_at(happy, radius, std::asin(0.099 / radius));
    CHECK(near.name == "happy");
    CHECK(near.probability == Approx(std::sqrt(radius * radius - 0.099 * 0.099)));
    CHECK(match_at(happy, radius, std::asin(0.101 / radius)) == CircumplexMatch{"uncertain", 0});
    CHECK(match_at(happy, radius, -std::asin(0.101 / radius)) == CircumplexMatch{"uncertain", 0});
    // Anger and contempt lie 13 degrees apart.
    CHECK(match_at(emotion_named("anger"), 0.9, 0.10).name == "anger");
    CHECK(match_at(emotion_named("anger"), 0.9, 0.14).name == "contempt");
}

TEST_CASE("Values that are not finite are an error") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(error_message(ErrorCode::invalid_argument, [&] { match_circumplex(nan, 0); }) ==
          "match_circumplex: valence and arousal must be finite, got nan and 0");
    error_message(ErrorCode::invalid_argument, [&] { match_circumplex(0, nan); });
    error_message(ErrorCode::invalid_argument, [&] { match_circumplex(-infinity, 0); });
}
