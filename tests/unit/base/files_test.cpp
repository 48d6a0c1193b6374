#include "base/files.hpp"

#include <sys/stat.h>

#include <fstream>

#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
namespace fs = std::filesystem;

namespace {

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("what write_file writes read_file reads, bytes of any value") {
    test_models::TemporaryFolder folder;
    std::string bytes;
    for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7);
    emotion::write_file(folder.path() / "a", "old");
    emotion::write_file(folder.path() / "a", bytes);
    CHECK(emotion::read_file(folder.path() / "a", 1000) == bytes);
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("read_file says what cannot be read") {
    test_models::TemporaryFolder folder;
    const fs::path missing = folder.path() / "missing";
    CHECK(error_message(ErrorCode::io, [&] { emotion::read_file(missing, 10); }) ==
          "cannot read " + missing.string() + ": No such file or directory");
    CHECK(error_message(ErrorCode::io, [&] {
              emotion::read_file(folder.path(), 1 << 20);
          }).find("not a regular file") != std::string::npos);
    emotion::write_file(folder.path() / "b", "12345");
    CHECK(error_message(ErrorCode::model_format, [&] { emotion::read_file(folder.path() / "b", 4); }) ==
          (folder.path() / "b").string() + " has 5 bytes, at most 4 are taken");
}

TEST_CASE("read_file does not wait for a pipe that nobody writes to") {
    test_models::TemporaryFolder folder;
    const fs::path pipe = folder.path() / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_FALSE(error_message(ErrorCode::io, [&] { emotion::read_file(pipe, 10); }).empty());
}

TEST_CASE("an AtomicFile that is not committed leaves nothing and keeps the old file") {
    test_models::TemporaryFolder folder;
    emotion::write_file(folder.path() / "a", "old");
    {
        emotion::AtomicFile file(folder.path() / "a");
        file.write("new, but the writer fails");
    }
    CHECK(emotion::read_file(folder.path() / "a", 100) == "old");
    CHECK(entries(folder.path()) == 1);
}

TEST_CASE("writing into a folder that does not exist is an Error of io") {
    test_models::TemporaryFolder folder;
    CHECK(error_message(ErrorCode::io, [&] {
              emotion::write_file(folder.path() / "no" / "a", "x");
          }).starts_with("cannot write " + (folder.path() / "no" / "a").string()));
}

TEST_CASE("make_folder makes parents, takes what exists, and refuses a file of this name") {
    test_models::TemporaryFolder folder;
    emotion::make_folder(folder.path() / "a" / "b");
    emotion::make_folder(folder.path() / "a" / "b");
    CHECK(fs::is_directory(folder.path() / "a" / "b"));
    emotion::write_file(folder.path() / "f", "x");
    CHECK_FALSE(error_message(ErrorCode::io, [&] { emotion::make_folder(folder.path() / "f"); }).empty());
    CHECK_FALSE(error_message(ErrorCode::io, [&] { emotion::make_folder(folder.path() / "f" / "g"); }).empty());
}

TEST_CASE("temporary names are hidden, beside the file, and each is new") {
    const fs::path first = emotion::temporary_beside("x/model.json");
    CHECK(first.parent_path() == "x");
    CHECK(first.filename().string().front() == '.');
    CHECK(first != emotion::temporary_beside("x/model.json"));
}
