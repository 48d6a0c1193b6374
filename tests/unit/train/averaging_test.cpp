#include "train/averaging.hpp"

#include <ATen/ATen.h>

#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("the average of constant tensors is the constant, and of steps a mean with falling weights") {
    nn::State state{{"a", at::zeros({2})}, {"norm.running_mean", at::zeros({1})}};
    train::WeightAverage average(state, 0.5);
    for (auto& [name, tensor] : state) tensor.fill_(1);
    average.update(state);  // n = 0: decay min(0.5, 1/10)
    CHECK(average.state()[0].second[0].item<float>() == Approx(0.9f));
    CHECK(average.state()[1].second[0].item<float>() == Approx(0.9f));
    for (int i = 0; i < 60; ++i) average.update(state);
    CHECK(average.state()[0].second[1].item<float>() == Approx(1.0f));
    CHECK(average.updates() == 61);
}

TEST_CASE("an average owns its values and takes up saved ones") {
    nn::State state{{"a", at::ones({2})}, {"b", at::ones({3})}};
    train::WeightAverage average(state, 0.9);
    state[0].second.fill_(7);
    CHECK(average.state()[0].second[0].item<float>() == 1);
    average.restore({{"b", at::full({3}, 5.0f)}, {"a", at::full({2}, 4.0f)}}, 12);
    CHECK(average.state()[0].second[0].item<float>() == 4);
    CHECK(average.state()[1].second[2].item<float>() == 5);
    CHECK(average.updates() == 12);
    const auto message = error_message(ErrorCode::invalid_argument, [&] {
        average.restore({{"a", at::ones({9})}, {"b", at::ones({3})}}, 1);
    });
    CHECK(message.find("'a'") != std::string::npos);
}

TEST_CASE("a decay of 1 is refused") {
    CHECK(error_message(ErrorCode::invalid_argument, [] {
              train::WeightAverage({{"a", at::ones({1})}}, 1.0);
          }).find("decay must be in [0, 1), got 1") != std::string::npos);
}
