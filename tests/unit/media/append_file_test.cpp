#include "media/append_file.hpp"

#include <filesystem>

#include "base/files.hpp"
#include "support/catch.hpp"
#include "unit/image/pictures.hpp"
#include "unit/media/file_size_limit.hpp"

using emotion::AppendFile;
using emotion::ErrorCode;
using emotion::ScratchFolder;

TEST_CASE("what append has taken can be read at once, under the final name") {
    ScratchFolder folder;
    const auto path = folder.path() / "new" / "a.txt";
    AppendFile file(path);
    file.append("one");
    CHECK(emotion::read_file(path, 100) == "one");
    file.append("two");
    file.sync();
    CHECK(emotion::read_file(path, 100) == "onetwo");
    CHECK(file.size() == 6);
}

TEST_CASE("an older file is replaced, or kept as far as asked") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.txt";
    emotion::write_file(path, "0123456789");
    AppendFile(path, 4).append("x");
    CHECK(emotion::read_file(path, 100) == "0123x");
    AppendFile(path).append("y");
    CHECK(emotion::read_file(path, 100) == "y");
}

TEST_CASE("a piece that finds no room is taken back, and every later call says so") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.txt";
    AppendFile file(path);
    file.append(std::string(60'000, 'a'));
    std::string message;
    {
        FileSizeLimit limit(100'000);
        message = error_message(ErrorCode::io, [&] { file.append(std::string(60'000, 'b')); });
    }
    CHECK(message == "cannot write " + path.string() + ": File too large; its first 60000 bytes are good and stay");
    CHECK(std::filesystem::file_size(path) == 60'000);
    CHECK(error_message(ErrorCode::io, [&] { file.append("c"); }) == message);
    CHECK(error_message(ErrorCode::io, [&] { file.sync(); }) == message);
    CHECK(std::filesystem::file_size(path) == 60'000);
}

TEST_CASE("a full disk and a place that cannot be written are said with the system's words") {
    ScratchFolder folder;
    AppendFile full("/dev/full");
    CHECK(error_message(ErrorCode::io, [&] { full.append("x"); }).find("No space left on device") != std::string::npos);
    emotion::write_file(folder.path() / "file", "x");
    error_message(ErrorCode::io, [&] { AppendFile(folder.path() / "file" / "a.txt"); });
    CHECK(error_message(ErrorCode::io, [&] { AppendFile(folder.path()); }).find(folder.path().string()) !=
          std::string::npos);
}
