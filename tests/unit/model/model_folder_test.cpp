#include "model/model_folder.hpp"

#include <atomic>
#include <cmath>
#include <thread>

#include "base/files.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
using emotion::NamedTensor;
namespace fs = std::filesystem;

namespace {

std::vector<NamedTensor> tensors_of(float value, std::size_t count) {
    return {{"w", {static_cast<std::int64_t>(count)}, std::vector<float>(count, value)}};
}

const emotion::ModelCard& card() {
    static const emotion::ModelCard made = test_models::random_faces_card("yunet");
    return made;
}

}  // namespace

TEST_CASE("a model folder holds two files and reads back as it was written") {
    test_models::TemporaryFolder folder;
    const fs::path model = folder.path() / "new" / "model";
    emotion::write_model(model, card(), tensors_of(1, 5));
    CHECK(std::distance(fs::directory_iterator(model), fs::directory_iterator()) == 2);
    const emotion::ModelFolder read = emotion::read_model(model);
    CHECK(read.card.name == card().name);
    CHECK(read.card.weights_file == "model.safetensors");
    REQUIRE(read.tensors.size() == 1);
    CHECK(read.tensors[0].values == tensors_of(1, 5)[0].values);
}

TEST_CASE("writing over a model replaces it and leaves other files alone") {
    test_models::TemporaryFolder folder;
    emotion::write_file(folder.path() / "curves.csv", "mine");
    emotion::write_model(folder.path(), card(), tensors_of(1, 5));
    emotion::write_model(folder.path(), card(), tensors_of(2, 7));
    CHECK(emotion::read_model(folder.path()).tensors[0].values == tensors_of(2, 7)[0].values);
    CHECK(emotion::read_model_card(folder.path()).weights_file == "model.safetensors");
    CHECK(emotion::read_file(folder.path() / "curves.csv", 10) == "mine");
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 3);
}

TEST_CASE("a reader beside a writer always finds a whole model") {
    test_models::TemporaryFolder folder;
    emotion::write_model(folder.path(), card(), tensors_of(0, 100));
    std::atomic<bool> stop{false};
    std::atomic<int> broken{0};
    int reads = 0;
    std::thread writer([&] {
        for (int i = 1; i <= 40; ++i)
            emotion::write_model(folder.path(), card(), tensors_of(static_cast<float>(i), 100 + (i % 3) * 1000));
        stop = true;
    });
    while (!stop) {
        try {
            const emotion::ModelFolder model = emotion::read_model(folder.path());
            if (model.tensors[0].values.front() != model.tensors[0].values.back()) ++broken;
        } catch (const emotion::Error&) {
            ++broken;
        }
        ++reads;
    }
    writer.join();
    INFO(reads << " reads");
    CHECK(broken == 0);
}

TEST_CASE("read_model refuses weights that are not the card's") {
    test_models::TemporaryFolder folder;
    const fs::path weights = folder.path() / "model.safetensors";
    emotion::write_model(folder.path(), card(), tensors_of(1, 5));
    const std::string bytes = emotion::read_file(weights, 10'000);
    auto refusal = [&](ErrorCode code) { return error_message(code, [&] { emotion::read_model(folder.path()); }); };

    emotion::write_file(weights, bytes + "x");
    CHECK(refusal(ErrorCode::model_format) == weights.string() + " has " + std::to_string(bytes.size() + 1) +
                                                  " bytes, its card says " + std::to_string(bytes.size()));
    std::string changed = bytes;
    changed.back() ^= 1;
    emotion::write_file(weights, changed);
    CHECK(refusal(ErrorCode::model_format).starts_with(weights.string() + " has the SHA-256 "));
    fs::remove(weights);
    CHECK(refusal(ErrorCode::io) == "cannot read " + weights.string() + ": No such file or directory");
}

TEST_CASE("weights that are not finite are neither written nor read") {
    test_models::TemporaryFolder folder;
    CHECK(error_message(ErrorCode::invalid_argument, [&] {
              emotion::write_model(folder.path(), card(), tensors_of(NAN, 2));
          }) == "write_model: tensor 'w' holds values that are not finite");
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("write_model refuses a bad card, no tensors and a folder that is a file") {
    test_models::TemporaryFolder folder;
    emotion::ModelCard bad = card();
    bad.name = "";
    CHECK_FALSE(error_message(ErrorCode::invalid_argument, [&] {
                    emotion::write_model(folder.path() / "m", bad, tensors_of(1, 2));
                }).empty());
    CHECK(error_message(ErrorCode::invalid_argument, [&] { emotion::write_model(folder.path() / "m", card(), {}); }) ==
          "write_model: a model needs at least one tensor");
    CHECK(fs::is_empty(folder.path()));
    emotion::write_file(folder.path() / "f", "x");
    CHECK_FALSE(error_message(ErrorCode::io, [&] {
                    emotion::write_model(folder.path() / "f", card(), tensors_of(1, 2));
                }).empty());
}
