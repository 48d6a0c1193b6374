#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace emotion {

/// A file that grows under its final name. What append() has taken is with the system and outlives the process; what it
/// could not take wholly is taken back, so that the file always ends where a piece ended. One thread at a time.
class AppendFile {
public:
    /// keep_bytes: how much of a file that is there stays, 0 for none. Makes missing folders. Throws Error{io}.
    explicit AppendFile(std::filesystem::path path, std::uint64_t keep_bytes = 0);
    ~AppendFile();
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;

    /// Throws Error{io} with what the system says (no space left on the device, say) and how much is good; from then
    /// on every call throws the same.
    void append(std::string_view bytes);
    /// Waits until everything is on the disk. Throws Error{io}.
    void sync();

    const std::filesystem::path& path() const noexcept { return path_; }
    std::uint64_t size() const noexcept { return size_; }

private:
    [[noreturn]] void give_up(int error_number);

    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
    std::string failure_;
};

}  // namespace emotion
