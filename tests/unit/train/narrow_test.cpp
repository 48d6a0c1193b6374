#include "train/narrow.hpp"

#include <ATen/core/grad_mode.h>

#include <map>

#include "small_networks.hpp"
#include "support/catch.hpp"
#include "train/widen.hpp"

using namespace emotion;
using namespace test_networks;

namespace {

at::Tensor tensor_of(const nn::State& state, const std::string& name) {
    for (const auto& [own, tensor] : state)
        if (own == name) return tensor;
    throw std::runtime_error("no tensor " + name);
}

/// Makes channels of a layer 0 for every picture.
void silence(const nn::Module& module, const std::string& layer, const std::vector<std::int64_t>& channels) {
    for (const char* name : {".bn.weight", ".bn.bias"})
        for (const std::int64_t channel : channels) tensor_of(module.state(), layer + name)[channel] = 0;
}

}  // namespace

TEST_CASE("a network without its silent channels gives what it gave") {
    at::NoGradGuard no_grad;
    at::manual_seed(1);
    nn::Module wide = face_network({16, 24, 16, 24, 16}, 8);
    vary_norms(wide);
    silence(wide, "stem.0", {0, 3, 4, 7, 8, 9, 14, 15});
    silence(wide, "stem.1", {1, 2, 3, 5, 7, 11, 13, 17, 19, 20, 21, 22, 23, 0, 4, 6});
    for (const char* layer : {"stage16.down", "stage16.0.second"}) silence(wide, layer, {0, 1, 2, 12, 13, 14, 22, 23});
    silence(wide, "stage16.0.first", {3, 4, 5, 6, 7, 8, 9, 10});
    nn::Module narrow = face_network({8, 8, 16, 16, 16}, 8);
    const at::Tensor x = at::randn({1, 3, 64, 96});
    CHECK(largest_difference(wide, narrow, x) > 0.1);
    narrow.load(train::narrowed(wide.state(), narrow.state()));
    CHECK(largest_difference(wide, narrow, x) < 1e-4);
    // One channel fewer than sound would be missed.
    nn::Module narrower = face_network({8, 8, 16, 8, 16}, 8);
    narrower.load(train::narrowed(wide.state(), narrower.state()));
    CHECK(largest_difference(wide, narrower, x) > 1e-3);
}

TEST_CASE("channels that vary and are read with large weights are kept, in their order") {
    at::NoGradGuard no_grad;
    at::manual_seed(2);
    const nn::Module wide = face_network({16, 8, 8, 8, 8}, 8);
    const nn::State state = wide.state();
    tensor_of(state, "stem.0.bn.weight").fill_(1);
    tensor_of(state, "stem.0.bn.bias").fill_(0);
    tensor_of(state, "stem.1.conv.weight").fill_(0.1);
    // Read with less, hardly ever above 0, always the same: each is heard less of than a common one.
    for (const std::int64_t channel : {0, 5, 6}) tensor_of(state, "stem.1.conv.weight").select(1, channel).fill_(0.01);
    for (const std::int64_t channel : {2, 9}) tensor_of(state, "stem.0.bn.bias")[channel] = -3;
    for (const std::int64_t channel : {4, 11, 15}) {
        tensor_of(state, "stem.0.bn.weight")[channel] = 0.05;
        tensor_of(state, "stem.0.bn.bias")[channel] = 5;
    }
    nn::Module narrow = face_network({8, 8, 8, 8, 8}, 8);
    const nn::State result = train::narrowed(state, narrow.state());
    const at::Tensor kept = at::tensor({1, 3, 7, 8, 10, 12, 13, 14}, at::kLong);
    for (const char* name : {"stem.0.conv.weight", "stem.0.bn.running_var"})
        CHECK(at::equal(tensor_of(result, name), tensor_of(state, name).index_select(0, kept)));
    CHECK(at::equal(tensor_of(result, "stem.1.conv.weight"),
                    tensor_of(state, "stem.1.conv.weight").index_select(1, kept)));
}

TEST_CASE("what is not narrower stays as it is") {
    at::NoGradGuard no_grad;
    at::manual_seed(3);
    const nn::Module network = face_network({16, 8, 8, 8, 8}, 8);
    const nn::Module wider = face_network({16, 16, 8, 8, 8}, 16);
    const nn::State before = network.state();
    const nn::State after = train::narrowed(before, wider.state());
    REQUIRE(after.size() == before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        CHECK(after[i].first == before[i].first);
        CHECK(at::equal(after[i].second, before[i].second));
    }
    // Both at once: a narrower stem, a wider stage.
    nn::Module other = face_network({8, 16, 8, 8, 8}, 8);
    CHECK_NOTHROW(other.load(train::widened(train::narrowed(before, other.state()), other.state())));
    // A narrower neck, and networks of other graphs, are refused where they were.
    const nn::Module neck = face_network({16, 8, 8, 8, 8}, 4);
    const auto message = error_message(ErrorCode::model_format,
                                       [&] { train::widened(train::narrowed(before, neck.state()), neck.state()); });
    CHECK(message.find("neck.") != std::string::npos);
    const nn::Module emotions = emotion_network({16, 24, 32});
    CHECK(train::narrowed(emotions.state(), emotion_network({8, 16, 32}).state()).size() == emotions.state().size());
}
