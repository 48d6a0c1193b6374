#include "train/best_epoch.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "support/catch.hpp"

using namespace emotion;

namespace {

nn::State weights(float value) {
    return {{"w", at::full({3}, value)}};
}

float kept(const train::BestEpoch& best) {
    return best.weights().at(0).second[0].item<float>();
}

}  // namespace

TEST_CASE("the epoch with the smallest figure is kept, the first of equals") {
    train::BestEpoch best;
    CHECK(best.epoch() == 0);
    best.offer(1, 0.5, weights(1));
    best.offer(2, 0.4, weights(2));
    best.offer(3, 0.4, weights(3));
    best.offer(4, std::nan(""), weights(4));
    CHECK(best.epoch() == 2);
    CHECK(kept(best) == 2);
}

TEST_CASE("a figure that is no number is the worst") {
    train::BestEpoch best;
    best.offer(1, std::nan(""), weights(1));
    CHECK(best.epoch() == 1);
    best.offer(2, 7, weights(2));
    CHECK(best.epoch() == 2);
}

TEST_CASE("the weights kept are a copy") {
    train::BestEpoch best;
    const nn::State state = weights(1);
    best.offer(1, 1, state);
    state[0].second.fill_(5);
    CHECK(kept(best) == 1);
}

TEST_CASE("a best epoch comes back from a checkpoint to the last bit") {
    train::BestEpoch best;
    const double figure = 0.1 + 0.2;
    best.offer(3, figure, weights(3));
    train::Checkpoint checkpoint;
    best.save(checkpoint);
    train::BestEpoch back;
    back.restore(checkpoint);
    CHECK(back.epoch() == 3);
    CHECK(kept(back) == 3);
    back.offer(4, figure, weights(4));
    CHECK(back.epoch() == 3);
    back.offer(5, std::nextafter(figure, 0.0), weights(5));
    CHECK(back.epoch() == 5);
    CHECK(error_message(ErrorCode::model_format, [&] { back.restore({}); }).find("best_epoch") != std::string::npos);
}
