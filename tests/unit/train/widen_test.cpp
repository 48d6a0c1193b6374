#include "train/widen.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "small_networks.hpp"
#include "support/catch.hpp"

using namespace emotion;
using namespace test_networks;

TEST_CASE("a widened network gives what the narrow one gives") {
    at::NoGradGuard no_grad;
    at::manual_seed(1);
    SECTION("emotion, by a factor that is not whole") {
        nn::Module narrow = emotion_network({16, 24, 32});
        vary_norms(narrow);
        nn::Module wide = emotion_network({24, 40, 64});
        at::Tensor x = at::randn({2, 1, 48, 48});
        CHECK(largest_difference(narrow, wide, x) > 0.1);
        wide.load(train::widened(narrow.state(), wide.state(), 0));
        CHECK(largest_difference(narrow, wide, x) < 1e-4);
    }
    SECTION("faces, sums between levels included") {
        nn::Module narrow = face_network({8, 8, 16, 8, 8}, 8);
        vary_norms(narrow);
        nn::Module wide = face_network({8, 16, 40, 16, 24}, 24);
        at::Tensor x = at::randn({1, 3, 64, 96});
        wide.load(train::widened(narrow.state(), wide.state(), 0));
        CHECK(largest_difference(narrow, wide, x) < 1e-4);
    }
}

TEST_CASE("noise sets copies apart and leaves layers of equal shape alone") {
    at::NoGradGuard no_grad;
    at::manual_seed(2);
    const nn::Module narrow = emotion_network({8, 16, 32});
    const nn::Module wide = emotion_network({16, 16, 32});
    const nn::State state = train::widened(narrow.state(), wide.state());
    auto of = [&](const char* name) {
        for (const auto& [own, tensor] : state)
            if (own == name) return tensor;
        throw std::runtime_error(name);
    };
    at::Tensor stem = of("stem.conv.weight");
    CHECK_FALSE(at::equal(stem[0], stem[8]));
    CHECK(at::allclose(stem[0], stem[8], 1, 0.05));
    CHECK(at::equal(of("stage2.1.first.conv.weight"), narrow.tensor("stage2.1.first.conv", "weight")));
}

TEST_CASE("weights of a wider network are refused by name and sizes") {
    const nn::Module narrow = emotion_network({8, 16, 32});
    const nn::Module wide = emotion_network({16, 16, 32});
    const auto message = error_message(ErrorCode::model_format, [&] { train::widened(wide.state(), narrow.state()); });
    CHECK(message.find("expected at most") != std::string::npos);
    CHECK(message.find("16") != std::string::npos);
}
