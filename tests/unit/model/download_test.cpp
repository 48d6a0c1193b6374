#include "model/download.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <thread>

#include "base/files.hpp"
#include "emotion/model_store.hpp"
#include "model/model_folder.hpp"
#include "model/sha256.hpp"
#include "support/catch.hpp"
#include "support/environment.hpp"
#include "support/http_server.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
namespace fs = std::filesystem;

namespace {

/// A server with one good model under /m, and an empty cache.
struct Fixture {
    test_models::TemporaryFolder folder;
    fs::path cache_path = folder.path() / "cache";
    EnvironmentVariable cache{"EMOTION_CACHE", cache_path.string()};
    test_http::Server server;
    std::string card;
    std::string weights;
    std::string hash;

    Fixture() { publish(1); }

    /// Puts a model on the server whose one tensor holds `value`.
    void publish(float value) {
        const fs::path source = folder.path() / "source";
        emotion::write_model(source, test_models::random_faces_card("yunet"),
                             {{"w", {3000}, std::vector<float>(3000, value)}});
        card = emotion::read_file(source / "model.json", 100'000);
        weights = emotion::read_file(source / "model.safetensors", 100'000);
        hash = emotion::sha256(card);
        server.set("/m/model.json", card);
        server.set("/m/model.safetensors", weights);
    }

    fs::path download() const { return emotion::download_model(server.url("/m/model.json"), hash); }

    std::string failure(ErrorCode code, const emotion::TransferLimits& limits = {}) const {
        std::string message =
            error_message(code, [&] { emotion::download_model(server.url("/m/model.json"), hash, limits); });
        CHECK(cached().empty());
        return message;
    }

    /// What the cache holds, by name.
    std::vector<std::string> cached() const {
        std::vector<std::string> names;
        if (fs::exists(cache_path))
            for (const auto& entry : fs::directory_iterator(cache_path)) names.push_back(entry.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }
};

}  // namespace

TEST_CASE("a model is downloaded into the cache, checked, and found by its name") {
    Fixture f;
    const fs::path folder = f.download();
    CHECK(folder == f.cache_path / "test-yunet");
    CHECK_NOTHROW(emotion::verify_model(folder));
    CHECK(emotion::read_file(folder / "model.json", 100'000) == f.card);
    EnvironmentVariable none("EMOTION_MODELS", std::nullopt);
    CHECK(emotion::find_model("test-yunet") == folder);
    CHECK(f.cached() == std::vector<std::string>{".lock", "test-yunet"});
}

TEST_CASE("a cached model is not fetched again, a damaged one is") {
    Fixture f;
    const fs::path folder = f.download();
    f.download();
    CHECK(f.server.requests("/m/model.json") == 1);
    CHECK(f.server.requests("/m/model.safetensors") == 1);
    emotion::write_file(folder / "model.safetensors", "damaged");
    CHECK(f.download() == folder);
    CHECK_NOTHROW(emotion::verify_model(folder));
    CHECK(f.server.requests("/m/model.safetensors") == 2);
}

TEST_CASE("upper-case digits of the hash are the same hash") {
    Fixture f;
    for (char& c : f.hash) c = static_cast<char>(std::toupper(c));
    CHECK_NOTHROW(f.download());
}

TEST_CASE("a newer model of the same name replaces the cached one") {
    Fixture f;
    f.download();
    f.publish(2);
    const fs::path folder = f.download();
    CHECK(emotion::read_model(folder).tensors[0].values[0] == 2);
    CHECK(f.cached() == std::vector<std::string>{".lock", "test-yunet"});
}

TEST_CASE("a broken download leaves nothing") {
    Fixture f;
    const std::string weights_url = f.server.url("/m/model.safetensors");

    SECTION("a card with another hash") {
        f.server.set("/m/model.json", f.card + " ");
        CHECK(f.failure(ErrorCode::model_format).starts_with(f.server.url("/m/model.json") + " has the SHA-256 "));
    }
    SECTION("a card that is none") {
        f.server.set("/m/model.json", "{}");
        f.hash = emotion::sha256("{}");
        CHECK(f.failure(ErrorCode::model_format) == f.server.url("/m/model.json") + ": format_version is missing");
    }
    SECTION("weights of another content") {
        f.weights.back() ^= 1;
        f.server.set("/m/model.safetensors", f.weights);
        CHECK(f.failure(ErrorCode::model_format).starts_with(weights_url + " has the SHA-256 "));
    }
    SECTION("weights too short") {
        f.server.set("/m/model.safetensors", f.weights.substr(1));
        CHECK(f.failure(ErrorCode::model_format).find("its card says") != std::string::npos);
    }
    SECTION("weights too long") {
        f.server.set("/m/model.safetensors", f.weights + "x");
        CHECK(f.failure(ErrorCode::io).find("it sends more than") != std::string::npos);
    }
    SECTION("no weights") {
        test_http::Answer answer;
        answer.status = 404;
        f.server.set("/m/model.safetensors", answer);
        CHECK(f.failure(ErrorCode::io) == "cannot download " + weights_url + ": the server answers 404");
    }
    SECTION("weights cut off") {
        test_http::Answer answer;
        answer.body = f.weights.substr(0, 100);
        answer.promised = static_cast<long>(f.weights.size());
        f.server.set("/m/model.safetensors", answer);
        CHECK(f.failure(ErrorCode::io).starts_with("cannot download " + weights_url));
    }
    SECTION("weights that never end") {
        test_http::Answer answer;
        answer.body = f.weights.substr(0, 100);
        answer.promised = static_cast<long>(f.weights.size());
        answer.stall = true;
        f.server.set("/m/model.safetensors", answer);
        emotion::TransferLimits limits;
        limits.total = std::chrono::milliseconds(400);
        CHECK(f.failure(ErrorCode::io, limits).starts_with("cannot download " + weights_url));
    }
}

TEST_CASE("bad arguments are refused before anything is sent") {
    Fixture f;
    CHECK(error_message(ErrorCode::invalid_argument, [&] {
              emotion::download_model(f.server.url("/m/model.json"), "abc");
          }) == "download_model: sha256 must be 64 hexadecimal digits, got 'abc'");
    CHECK_FALSE(error_message(ErrorCode::invalid_argument, [&] {
                    emotion::download_model("http://example.org/model.json", f.hash);
                }).empty());
    CHECK(f.server.requests("/m/model.json") == 0);
}

TEST_CASE("several downloads of one model at once all end with a whole model") {
    Fixture f;
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i)
        threads.emplace_back([&] {
            try {
                emotion::verify_model(f.download());
            } catch (const emotion::Error&) {
                ++failed;
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(failed == 0);
    CHECK(f.cached() == std::vector<std::string>{".lock", "test-yunet"});
}
