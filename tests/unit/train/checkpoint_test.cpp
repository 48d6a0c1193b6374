#include "train/checkpoint.hpp"

#include <ATen/ATen.h>

#include "emotion_folder.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("a checkpoint comes back as it was written, any bytes in its texts") {
    EmotionFolder folder;
    train::Checkpoint written;
    written.add("weights/", {{"a", at::arange(6, at::kFloat).view({2, 3})}, {"b.c", at::ones({1})}});
    written.add("average/", {{"a", at::zeros({2, 3})}});
    written.texts["steps"] = "123456789012";
    written.texts["bytes"] = std::string("\0\xff\n", 3);
    written.texts["empty"] = "";
    const auto path = folder / "deep/run/checkpoint.safetensors";
    train::write_checkpoint(path, written);
    const train::Checkpoint read = train::read_checkpoint(path);
    CHECK(read.texts == written.texts);
    CHECK(read.integer("steps") == 123456789012);
    const nn::State weights = read.part("weights/");
    REQUIRE(weights.size() == 2);
    CHECK(weights[0].first == "a");
    CHECK(at::equal(weights[0].second, written.tensors[0].second));
    CHECK(read.part("average/").size() == 1);
}

TEST_CASE("missing and senseless entries are named") {
    train::Checkpoint checkpoint;
    checkpoint.texts["steps"] = "12x";
    CHECK(error_message(ErrorCode::model_format, [&] { checkpoint.integer("steps"); }).find("'steps'") !=
          std::string::npos);
    CHECK(error_message(ErrorCode::model_format, [&] { checkpoint.text("none"); }).find("'none'") != std::string::npos);
}

TEST_CASE("a damaged checkpoint is refused") {
    EmotionFolder folder;
    folder.write("c.safetensors", "not a checkpoint");
    error_message(ErrorCode::model_format, [&] { train::read_checkpoint(folder / "c.safetensors"); });
    error_message(ErrorCode::io, [&] { train::read_checkpoint(folder / "none.safetensors"); });
}

TEST_CASE("the random state brings back the same numbers") {
    at::manual_seed(5);
    (void)at::randn({3});
    const std::string state = train::random_state();
    at::Tensor first = at::randn({9});
    at::Tensor uniform = at::rand({3});
    train::set_random_state(state);
    CHECK(at::equal(at::randn({9}), first));
    CHECK(at::equal(at::rand({3}), uniform));
    error_message(ErrorCode::model_format, [] { train::set_random_state("short"); });
}
