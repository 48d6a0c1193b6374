#include "emotion/label_color.hpp"

#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("a label has one colour under all its names; one that is unknown has a colour of its own") {
    CHECK(label_color("Happy") == label_color("happiness"));
    CHECK(label_color("sad") == label_color("SADNESS"));
    CHECK(label_color("anger") == Color{255, 0, 0});
    CHECK(label_color("ahegao") == label_color("Ahegao"));
    CHECK_FALSE(label_color("ahegao") == label_color("boredom"));
}

TEST_CASE("what people would rather not feel is known under all its names") {
    for (const char* label :
         {"anger", "Angry", "disgust", "disgusted", "fear", "afraid", "sad", "sadness", "contempt"}) {
        INFO(label);
        CHECK(is_unpleasant(label));
    }
    for (const char* label : {"happiness", "happy", "surprise", "neutral", "uncertain", "ahegao", ""}) {
        INFO(label);
        CHECK_FALSE(is_unpleasant(label));
    }
}
