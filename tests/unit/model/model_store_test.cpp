#include "emotion/model_store.hpp"

#include "base/files.hpp"
#include "model/model_folder.hpp"
#include "support/catch.hpp"
#include "support/environment.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
namespace fs = std::filesystem;

namespace {

void write_small(const fs::path& folder) {
    emotion::write_model(folder, test_models::random_faces_card("yunet"), {{"w", {1}, {1}}});
}

const emotion::ModelEntry* entry(const std::vector<emotion::ModelEntry>& list, const std::string& name) {
    const emotion::ModelEntry* found = nullptr;
    for (const emotion::ModelEntry& item : list)
        if (item.name == name) {
            CHECK(found == nullptr);
            found = &item;
        }
    return found;
}

}  // namespace

TEST_CASE("a model is looked for in EMOTION_MODELS, from left to right, then in the cache") {
    test_models::TemporaryFolder base;
    for (const char* folder : {"one/a", "two/a", "two/b", "cache/b", "cache/c"}) write_small(base.path() / folder);
    EnvironmentVariable models("EMOTION_MODELS",
                               base.string() + "/one::" + base.string() + "/gone:" + base.string() + "/two");
    EnvironmentVariable cache("EMOTION_CACHE", base.string() + "/cache");
    CHECK(emotion::find_model("a") == base.path() / "one/a");
    CHECK(emotion::find_model("b") == base.path() / "two/b");
    CHECK(emotion::find_model("c") == base.path() / "cache/c");

    const auto list = emotion::list_models();
    REQUIRE(entry(list, "a"));
    CHECK(entry(list, "a")->folder == base.path() / "one/a");
    CHECK(entry(list, "a")->origin == "environment");
    CHECK(entry(list, "b")->folder == base.path() / "two/b");
    REQUIRE(entry(list, "c"));
    CHECK(entry(list, "c")->origin == "cache");
}

TEST_CASE("a path is taken as it is and must be a model folder") {
    test_models::TemporaryFolder base;
    write_small(base.path() / "m");
    CHECK(emotion::find_model((base.path() / "m").string()) == base.path() / "m");
    const std::string empty = base.string() + "/none";
    CHECK(error_message(ErrorCode::io, [&] { emotion::find_model(empty); }) ==
          "model: " + empty + " is not a model folder: it has no model.json");
}

TEST_CASE("an unknown name lists the names there are") {
    test_models::TemporaryFolder base;
    write_small(base.path() / "first");
    write_small(base.path() / "second");
    fs::create_directories(base.path() / "not-a-model");
    fs::create_directories(base.path() / ".first.1-0.tmp");
    EnvironmentVariable models("EMOTION_MODELS", base.string());
    EnvironmentVariable cache("EMOTION_CACHE", base.string() + "/cache");
    const std::string message = error_message(ErrorCode::invalid_argument, [] { emotion::find_model("third"); });
    CHECK(message.starts_with("model: 'third' is not known, expected the path of a model folder or one of: "));
    CHECK(message.find("first, second") != std::string::npos);
    CHECK(message.find("not-a-model") == std::string::npos);
    for (const char* bad : {"", "..", "First"})
        CHECK_FALSE(error_message(ErrorCode::invalid_argument, [&] { emotion::find_model(bad); }).empty());
}

TEST_CASE("the cache is EMOTION_CACHE, else in XDG_CACHE_HOME, else in the home folder") {
    EnvironmentVariable home("HOME", "/home/someone");
    EnvironmentVariable own("EMOTION_CACHE", "/somewhere");
    EnvironmentVariable xdg("XDG_CACHE_HOME", "/xdg");
    CHECK(emotion::model_cache_folder() == "/somewhere");
    EnvironmentVariable no_own("EMOTION_CACHE", std::nullopt);
    CHECK(emotion::model_cache_folder() == "/xdg/emotion/models");
    EnvironmentVariable relative("XDG_CACHE_HOME", "relative");
    CHECK(emotion::model_cache_folder() == "/home/someone/.cache/emotion/models");
    EnvironmentVariable no_xdg("XDG_CACHE_HOME", std::nullopt);
    CHECK(emotion::model_cache_folder() == "/home/someone/.cache/emotion/models");
}

TEST_CASE("verify_model passes a whole model and names what is wrong with another") {
    test_models::TemporaryFolder base;
    write_small(base.path());
    CHECK_NOTHROW(emotion::verify_model(base.path()));
    emotion::write_file(base.path() / "model.safetensors", "short");
    CHECK(error_message(ErrorCode::model_format, [&] { emotion::verify_model(base.path()); }).find("its card says") !=
          std::string::npos);
}
