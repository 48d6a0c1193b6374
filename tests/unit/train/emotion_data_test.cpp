#include "train/emotion_data.hpp"

#include <ATen/ATen.h>

#include "emotion_folder.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("data sets are read one behind the other, pixels as they are") {
    EmotionFolder folder;
    write_striped_sets(folder, 8);
    const train::EmotionSamples s = train::read_emotion_datasets(
        {{.path = folder / "fer", .class_weight = 2}, {.path = folder / "va", .class_weight = 0, .va_weight = 0.5}},
        {});
    REQUIRE(s.count() == 12);
    CHECK(s.has_classes());
    CHECK(s.has_va());
    CHECK(s.pixels.sizes() == at::IntArrayRef({12, 1, 48, 48}));
    const Image image = striped_picture(1, 1);
    CHECK(s.pixels[1][0][3][7].item<int>() == image.row(3)[7]);
    CHECK(s.classes[1][1].item<float>() == 1);
    CHECK(s.majority[1].item<int>() == 1);
    CHECK(s.class_weight[0].item<float>() == 2);
    CHECK(s.va_weight[0].item<float>() == 0);
    CHECK(s.va[1][0].item<float>() == Approx(0.98f));  // the weak target of happiness
    CHECK(s.class_weight[8].item<float>() == 0);
    CHECK(s.majority[8].item<int>() == -1);
    CHECK(s.va_weight[8].item<float>() == 0.5f);
    CHECK(s.va[8][0].item<float>() == Approx(0.8f));
}

TEST_CASE("pictures come in the network's size and colour") {
    EmotionFolder folder;
    Image image(96, 96, PixelFormat::rgb8);
    for (int y = 0; y < 96; ++y)
        for (int x = 0; x < 96; ++x) image.row(y)[3 * x] = 200;
    write_image(folder / "red.png", image);
    folder.write("labels.csv", "image,emotion\nred.png,fear\n");
    const auto s = train::read_emotion_datasets({{.path = folder.path()}},
                                                {.height = 24, .width = 32, .format = PixelFormat::bgr8});
    REQUIRE(s.pixels.sizes() == at::IntArrayRef({1, 3, 24, 32}));
    CHECK(s.pixels[0][2].eq(200).all().item<bool>());
    CHECK(s.pixels[0][0].eq(0).all().item<bool>());
    CHECK_FALSE(s.has_va());
}

TEST_CASE("pictures of a table lie beside it, those of class folders in these") {
    EmotionFolder folder;
    std::filesystem::create_directories(folder / "sets/Fear");
    write_image(folder / "sets/Fear/a.png", striped_picture(1, 2));
    folder.write("sets/t.csv", "image,valence,arousal\nFear/a.png,0.25,0.5\n");
    const auto s = train::read_emotion_datasets({{.path = folder / "sets/t.csv"}, {.path = folder / "sets"}}, {});
    REQUIRE(s.count() == 2);
    CHECK(at::equal(s.pixels[0], s.pixels[1]));
    CHECK(s.va_weight[0].item<float>() == 1);
    CHECK(s.class_weight[0].item<float>() == 0);
    CHECK(s.majority[1].item<int>() == 6);
}

TEST_CASE("a broken picture is named and the rest is read") {
    EmotionFolder folder;
    write_striped_sets(folder, 4);
    folder.write("fer/fer1002.png", "not a picture");
    const auto s = train::read_emotion_datasets({{.path = folder / "fer"}}, {});
    CHECK(s.count() == 3);
    REQUIRE(s.skipped.size() == 1);
    CHECK(s.skipped[0].find("fer1002.png") != std::string::npos);
    CHECK(s.majority[2].item<int>() == 3);
}

TEST_CASE("nothing left is an error") {
    EmotionFolder folder;
    folder.write("labels.csv", "image,emotion\nnone.png,fear\n");
    const auto message = error_message(ErrorCode::invalid_argument,
                                       [&] { train::read_emotion_datasets({{.path = folder.path()}}, {}); });
    CHECK(message.find("holds no labelled picture that can be read, the first: ") != std::string::npos);
    CHECK(message.find("none.png") != std::string::npos);
    error_message(ErrorCode::invalid_argument, [] { train::read_emotion_datasets({}, {}); });
}
