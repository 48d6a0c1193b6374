#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace emotion {

/// All bytes of a regular file of at most `max_bytes` bytes. Throws Error{io} that names the file and what the system
/// says, Error{model_format} for a larger file.
std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes);

/// A name beside `path` that nobody else uses: hidden, with the process and a counter in it.
std::filesystem::path temporary_beside(const std::filesystem::path& path);

/// A new file that is filled piece by piece and takes its name only when it is whole: commit() renames it.
/// Without commit() the destructor removes it.
class AtomicFile {
public:
    /// Opens a temporary file beside `path`, whose folder must exist. Throws Error{io}.
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
    /// to_disk: flushed, so that not even a failing power supply leaves half a file; costs some milliseconds.
    void commit(bool to_disk = true);

private:
    std::filesystem::path path_;
    std::filesystem::path temporary_;
    int descriptor_ = -1;
};

/// Holds the right to change what `path` stands for, against other threads and processes that ask for it too, until the
/// end of the scope. The file is made where it is missing and stays. Throws Error{io}.
class FileLock {
public:
    explicit FileLock(const std::filesystem::path& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int descriptor_ = -1;
};

/// Replaces `path` by these bytes, whole or not at all. to_disk: see AtomicFile::commit.
void write_file(const std::filesystem::path& path, std::string_view bytes, bool to_disk = true);

/// Makes a folder with its parents. Throws Error{io}.
void make_folder(const std::filesystem::path& folder);

/// Flushes a folder's entries (new names, renames) to the disk, where the file system can.
void flush_folder(const std::filesystem::path& folder) noexcept;

}  // namespace emotion
