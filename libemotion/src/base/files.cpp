#include "base/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.hpp"

namespace emotion {
namespace {

std::string system_text(int number) {
    return std::generic_category().message(number);
}

/// Closes a file descriptor at the end of a scope.
struct Descriptor {
    int value = -1;
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
};

}  // namespace

std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
    // Without O_NONBLOCK, opening a named pipe that nobody writes to would wait for ever.
    Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.value < 0) fail(ErrorCode::io, "cannot read {}: {}", path.string(), system_text(errno));
    struct stat info {};
    if (::fstat(file.value, &info) != 0) fail(ErrorCode::io, "cannot read {}: {}", path.string(), system_text(errno));
    if (!S_ISREG(info.st_mode)) fail(ErrorCode::io, "cannot read {}: it is not a regular file", path.string());
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size > max_bytes)
        fail(ErrorCode::model_format, "{} has {} bytes, at most {} are taken", path.string(), size, max_bytes);
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::read(file.value, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(ErrorCode::io, "cannot read {}: {}", path.string(), system_text(errno));
        if (count == 0) fail(ErrorCode::io, "cannot read {}: it became shorter while it was read", path.string());
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
    static std::atomic<unsigned> counter{0};
    std::filesystem::path result = path;
    result.replace_filename(fmt::format(".emotion-{}-{}.tmp", ::getpid(), counter++));
    return result;
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)), temporary_(temporary_beside(path_)) {
    // A file left by a dead process of the same number may bear this name: nobody uses it any more.
    ::unlink(temporary_.c_str());
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(ErrorCode::io, "cannot write {}: {}", path_.string(), system_text(errno));
}

AtomicFile::~AtomicFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(ErrorCode::io, "cannot write {}: {}", path_.string(), system_text(errno));
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void AtomicFile::commit(bool to_disk) {
    if ((to_disk && ::fsync(descriptor_) != 0) || ::rename(temporary_.c_str(), path_.c_str()) != 0)
        fail(ErrorCode::io, "cannot write {}: {}", path_.string(), system_text(errno));
    ::close(std::exchange(descriptor_, -1));
    if (to_disk) flush_folder(path_.parent_path());
}

FileLock::FileLock(const std::filesystem::path& path)
    : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) fail(ErrorCode::io, "cannot write {}: {}", path.string(), system_text(errno));
    while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
}

FileLock::~FileLock() {
    ::close(descriptor_);
}

void write_file(const std::filesystem::path& path, std::string_view bytes, bool to_disk) {
    AtomicFile file(path);
    file.write(bytes);
    file.commit(to_disk);
}

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    // create_directories reports an error for a last part that exists as a link to a folder.
    if (!std::filesystem::is_directory(folder))
        fail(ErrorCode::io, "cannot make the folder {}: {}", folder.string(),
             error ? error.message() : "something else has this name");
}

void flush_folder(const std::filesystem::path& folder) noexcept {
    Descriptor opened{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened.value >= 0) ::fsync(opened.value);
}

}  // namespace emotion
