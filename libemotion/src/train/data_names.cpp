#include "train/data_names.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.hpp"
#include "base/files.hpp"

namespace emotion::train {
namespace fs = std::filesystem;
namespace {

/// Without "." and "..", and without a slash behind.
fs::path whole_path(const fs::path& path) {
    fs::path whole = fs::absolute(path).lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

/// The last `count` parts of a path.
std::string last_parts(const fs::path& path, int count) {
    fs::path name = path.filename();
    fs::path before = path.parent_path();
    for (int i = 1; i < count && before.has_filename(); ++i, before = before.parent_path())
        name = before.filename() / name;
    return name.generic_string();
}

}  // namespace

std::string data_name(const fs::path& path) {
    return last_parts(whole_path(path), 1);
}

std::vector<std::string> data_names(const std::vector<fs::path>& paths) {
    std::vector<fs::path> whole;
    for (const fs::path& path : paths) whole.push_back(whole_path(path));
    std::vector<std::string> names;
    for (const fs::path& own : whole) {
        const auto parts = static_cast<int>(std::distance(own.begin(), own.end()));
        auto shared = [&](int count) {
            return std::any_of(whole.begin(), whole.end(), [&](const fs::path& other) {
                return other != own && last_parts(other, count) == last_parts(own, count);
            });
        };
        int count = 1;
        while (count < parts && shared(count)) ++count;
        names.push_back(last_parts(own, count));
    }
    return names;
}

fs::path training_folder(const fs::path& work, const fs::path& out) {
    if (!work.empty()) return work;
    const fs::path own = out.has_filename() ? out : out.parent_path();  // without a slash behind
    return own.string() + "-training";
}

void require_model_folder(const char* who, const fs::path& out) {
    const fs::path whole = whole_path(out);
    if (fs::exists(whole) && !fs::is_directory(whole))
        fail(ErrorCode::io, "{}: out is the file {}, expected a folder", who, out.string());
    if (!fs::exists(whole)) make_folder(whole.parent_path());
    const fs::path place = fs::exists(whole) ? whole : whole.parent_path();
    if (::access(place.c_str(), W_OK) != 0)
        fail(ErrorCode::io, "{}: out cannot be written to {}: {}", who, place.string(), std::strerror(errno));
}

}  // namespace emotion::train
