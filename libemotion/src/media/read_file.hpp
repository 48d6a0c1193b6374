#pragma once

#include <filesystem>

namespace emotion {

/// A file that a reader of this process has open, for as long as it lives: nothing is to be written over it.
class ReadFile {
public:
    explicit ReadFile(const std::filesystem::path& path);
    ~ReadFile();
    ReadFile(const ReadFile&) = delete;
    ReadFile& operator=(const ReadFile&) = delete;

private:
    std::filesystem::path path_;
};

/// Throws Error{invalid_argument}, beginning with `who`, where `path` is such a file. Thread-safe.
void require_unread(const std::filesystem::path& path, const char* who);

}  // namespace emotion
