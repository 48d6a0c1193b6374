#include "emotion/network.hpp"

#include <algorithm>
#include <cmath>

#include "support/catch.hpp"
#include "support/models.hpp"

using namespace emotion;

namespace {

FloatArray ramp(std::vector<std::int64_t> shape) {
    FloatArray array{shape, {}};
    std::size_t count = 1;
    for (std::int64_t side : shape) count *= static_cast<std::size_t>(side);
    for (std::size_t i = 0; i < count; ++i) array.values.push_back(std::sin(static_cast<float>(i) * 0.37f));
    return array;
}

NetworkOptions options(const test_models::TemporaryFolder& folder, NetworkForm form = NetworkForm::compiled) {
    NetworkOptions result;
    result.model = folder.string();
    result.form = form;
    result.device = "cpu";
    return result;
}

}  // namespace

TEST_CASE("A network of a model folder gives the same numbers in both forms, shaped as promised") {
    const test_models::TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_faces_card("face_resnet"), test_models::fill_random);
    const Network module(options(folder, NetworkForm::module));
    const Network compiled(options(folder));
    CHECK(compiled.output_names() == std::vector<std::string>{"score_8", "box_8", "landmarks_8", "score_16", "box_16",
                                                              "landmarks_16", "score_32", "box_32", "landmarks_32"});
    CHECK(compiled.card().name == "test-face_resnet");
    CHECK(compiled.parameter_count() == module.parameter_count());
    const FloatArray x = ramp({2, 3, 64, 96});
    const std::vector<FloatArray> expected = module.forward(x);
    const std::vector<FloatArray> results = compiled.forward(x);
    REQUIRE(results.size() == expected.size());
    CHECK(results[4].shape == std::vector<std::int64_t>{2, 4, 4, 6});
    for (std::size_t i = 0; i < results.size(); ++i) {
        REQUIRE(results[i].values.size() == expected[i].values.size());
        float worst = 0;
        for (std::size_t k = 0; k < results[i].values.size(); ++k)
            worst = std::max(worst, std::abs(results[i].values[k] - expected[i].values[k]));
        CHECK(worst < 1e-4f);
    }
}

TEST_CASE("Network refuses inputs of another shape by name and number") {
    const test_models::TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_faces_card("face_resnet"), test_models::fill_random);
    const Network network(options(folder));
    auto refused = [&](const FloatArray& x) {
        return error_message(ErrorCode::invalid_argument, [&] { network.forward(x); });
    };
    CHECK(refused(ramp({3, 64, 64})) == "Network: input has 3 dimensions, expected 4 (n, channels, height, width)");
    CHECK(refused(ramp({1, 1, 64, 64})) ==
          "Network: input has shape [1, 1, 64, 64], expected [n, 3, height, width] with n at least 1");
    CHECK(refused(ramp({1, 3, 60, 64})) == "Network: height of the input is 60 px, expected a positive multiple of 32");
    FloatArray short_one = ramp({1, 3, 64, 64});
    short_one.values.pop_back();
    CHECK(refused(short_one) == "Network: input has 12287 values, but its shape [1, 3, 64, 64] holds 12288");
    refused(FloatArray{{0, 3, 64, 64}, {}});
    refused(FloatArray{{1, 3, -32, -32}, std::vector<float>(3072)});
}

TEST_CASE("A network for crops takes one size") {
    const test_models::TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_emotion_card(InputColor::gray), test_models::fill_random);
    const Network network(options(folder));
    CHECK(network.forward(ramp({3, 1, 24, 24}))[0].shape == std::vector<std::int64_t>{3, 4});
    error_message(ErrorCode::invalid_argument, [&] { network.forward(ramp({1, 1, 48, 24})); });
}

TEST_CASE("time_forward gives one time for each repeat") {
    const test_models::TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_emotion_card(InputColor::rgb), test_models::fill_random);
    const Network network(options(folder));
    const std::vector<double> times = network.time_forward(2, 24, 24, 1, 5);
    CHECK(times.size() == 5);
    CHECK(*std::min_element(times.begin(), times.end()) > 0);
    error_message(ErrorCode::invalid_argument, [&] { network.time_forward(0, 24, 24, 1, 5); });
    error_message(ErrorCode::invalid_argument, [&] { network.time_forward(1, 24, 24, 1, 0); });
    error_message(ErrorCode::invalid_argument, [&] { network.time_forward(1, 25, 24, 1, 1); });
}

TEST_CASE("A network that does not exist, or a device that does not, is an error") {
    NetworkOptions nothing;
    nothing.model = "/no/such/folder";
    CHECK_THROWS_AS(Network(nothing), Error);
    if (cuda_available()) return;
    const test_models::TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_emotion_card(InputColor::rgb), test_models::fill_random);
    NetworkOptions on_cuda = options(folder);
    on_cuda.device = "cuda";
    error_message(ErrorCode::unsupported, [&] { Network network(on_cuda); });
}
