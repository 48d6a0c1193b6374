#include "media/append_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/check.hpp"
#include "base/files.hpp"

namespace emotion {

AppendFile::AppendFile(std::filesystem::path path, std::uint64_t keep_bytes)
    : path_(std::move(path)), size_(keep_bytes) {
    if (path_.has_parent_path()) make_folder(path_.parent_path());
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (keep_bytes == 0 ? O_TRUNC : 0), 0666);
    if (descriptor_ < 0) {
        fail(ErrorCode::io, "cannot write {}: {}", path_.string(), std::generic_category().message(errno));
    }
    if (keep_bytes > 0 && (::ftruncate(descriptor_, static_cast<off_t>(keep_bytes)) != 0 ||
                           ::lseek(descriptor_, static_cast<off_t>(keep_bytes), SEEK_SET) < 0)) {
        const int error_number = errno;
        ::close(descriptor_);
        fail(ErrorCode::io, "cannot write {}: {}", path_.string(), std::generic_category().message(error_number));
    }
}

AppendFile::~AppendFile() {
    ::close(descriptor_);
}

void AppendFile::append(std::string_view bytes) {
    if (!failure_.empty()) throw Error(ErrorCode::io, failure_);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) give_up(errno);
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    size_ += bytes.size();
}

void AppendFile::sync() {
    if (!failure_.empty()) throw Error(ErrorCode::io, failure_);
    // A pipe or a device has no disk to wait for.
    if (::fdatasync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP) give_up(errno);
}

void AppendFile::give_up(int error_number) {
    // Where the file cannot be cut (a device), there is nothing half to be seen either.
    [[maybe_unused]] const int cut = ::ftruncate(descriptor_, static_cast<off_t>(size_));
    failure_ = fmt::format("cannot write {}: {}; its first {} bytes are good and stay", path_.string(),
                           std::generic_category().message(error_number), size_);
    throw Error(ErrorCode::io, failure_);
}

}  // namespace emotion
