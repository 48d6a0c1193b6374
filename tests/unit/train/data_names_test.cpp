#include "train/data_names.hpp"

#include <fstream>

#include "emotion_folder.hpp"
#include "support/catch.hpp"

using namespace emotion;
using Names = std::vector<std::string>;

TEST_CASE("a data set's name is the last part of its path, with or without a slash behind") {
    CHECK(train::data_name("some/faces") == "faces");
    CHECK(train::data_name("some/faces/") == "faces");
    CHECK(train::data_name("some/faces/.") == "faces");
    CHECK(train::data_name("faces.csv") == "faces.csv");
    CHECK(train::data_name(".") == std::filesystem::current_path().filename().string());
}

TEST_CASE("data sets side by side have names that tell them apart") {
    CHECK(train::data_names({"a/val", "b/val/", "c/other"}) == Names{"a/val", "b/val", "other"});
    CHECK(train::data_names({"x/1/val", "y/1/val"}) == Names{"x/1/val", "y/1/val"});
    CHECK(train::data_names({"a/val", "a/val/"}) == Names{"val", "val"});  // the same
    CHECK(train::data_names({}).empty());
}

TEST_CASE("checkpoint and curves stand beside the model folder, not in it") {
    CHECK(train::training_folder("", "models/mine") == "models/mine-training");
    CHECK(train::training_folder("", "models/mine/") == "models/mine-training");
    CHECK(train::training_folder("work", "models/mine") == "work");
}

TEST_CASE("a model folder that cannot be written is named before the run") {
    EmotionFolder folder;
    folder.write("file", "x");
    auto message = [&](const std::string& out) {
        return error_message(ErrorCode::io, [&] { train::require_model_folder("train", folder / out); });
    };
    CHECK(message("file") == "train: out is the file " + (folder / "file").string() + ", expected a folder");
    CHECK(message("file/model").find("cannot make the folder") == 0);
    CHECK_NOTHROW(train::require_model_folder("train", folder / "new/model"));
    CHECK_FALSE(std::filesystem::exists(folder / "new/model"));
}
