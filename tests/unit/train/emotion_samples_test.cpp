#include "train/emotion_samples.hpp"

#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("labels are found by their usual names") {
    CHECK(train::emotion_labels().size() == 8);
    for (int i = 0; i < 8; ++i)
        CHECK(train::emotion_label_index(train::emotion_labels()[static_cast<std::size_t>(i)]) == i);
    CHECK(train::emotion_label_index("HAPPY") == 1);
    CHECK(train::emotion_label_index("Angry") == 4);
    CHECK(train::emotion_label_index("joyful") == -1);
}
