#include "media/read_file.hpp"

#include <mutex>
#include <set>
#include <system_error>

#include "base/check.hpp"

namespace emotion {
namespace {

struct Registry {
    std::mutex mutex;
    std::multiset<std::filesystem::path> files;
};

Registry& registry() {
    static auto* result = new Registry;  // never freed: readers may outlive static objects
    return *result;
}

std::filesystem::path one_name(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::path name = std::filesystem::weakly_canonical(path, error);
    return error ? path : name;
}

}  // namespace

ReadFile::ReadFile(const std::filesystem::path& path) : path_(one_name(path)) {
    const std::lock_guard lock(registry().mutex);
    registry().files.insert(path_);
}

ReadFile::~ReadFile() {
    const std::lock_guard lock(registry().mutex);
    registry().files.erase(registry().files.find(path_));
}

void require_unread(const std::filesystem::path& path, const char* who) {
    const std::lock_guard lock(registry().mutex);
    require(!registry().files.contains(one_name(path)),
            "{}: {} is the video of a source that is open, expected another file to write", who, path.string());
}

}  // namespace emotion
