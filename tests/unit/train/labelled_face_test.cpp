#include "emotion/labelled_face.hpp"

#include "emotion_folder.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("a table's pictures come with their labels, in the order of their names") {
    const EmotionFolder folder;
    folder.write("labels.csv", "image,emotion,valence,arousal\nb.png,HAPPY,0.5,-0.25\na.png,fear,,\n");
    const std::vector<LabelledFace> faces = read_emotion_labels({.path = folder.path()});
    REQUIRE(faces.size() == 2);
    CHECK(faces[0] == LabelledFace{.path = folder / "a.png", .label = "fear"});
    CHECK(faces[1] == LabelledFace{.path = folder / "b.png", .label = "happiness", .valence = 0.5f, .arousal = -0.25f});
}

TEST_CASE("labels of weight 0 are left out, and pictures that have no other") {
    const EmotionFolder folder;
    folder.write("labels.csv", "image,emotion,valence,arousal\na.png,fear,,\nb.png,happy,0.5,-0.25\n");
    const auto plane_only = read_emotion_labels({.path = folder.path(), .class_weight = 0});
    REQUIRE(plane_only.size() == 1);
    CHECK(plane_only[0] == LabelledFace{.path = folder / "b.png", .valence = 0.5f, .arousal = -0.25f});
    CHECK_FALSE(read_emotion_labels({.path = folder.path(), .va_weight = 0})[1].valence);
    CHECK(read_emotion_labels({.path = folder.path(), .class_weight = 0, .va_weight = 0}).empty());
}

TEST_CASE("classes are known by their usual names") {
    CHECK(find_emotion_label("neutral") == 0);
    CHECK(find_emotion_label("ANGRY") == 4);
    CHECK_FALSE(find_emotion_label("joy"));
}
