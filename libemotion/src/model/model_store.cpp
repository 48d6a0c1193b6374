#include "emotion/model_store.hpp"

#include <dlfcn.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <sstream>

#include "base/check.hpp"
#include "model/card_check.hpp"
#include "model/model_folder.hpp"

namespace emotion {
namespace {

namespace fs = std::filesystem;

/// A folder that holds model folders.
struct Root {
    fs::path folder;
    const char* origin;
};

bool is_model_folder(const fs::path& folder) {
    std::error_code ignored;
    return fs::is_regular_file(folder / kCardName, ignored);
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// HOME, else what the system's list of users says; "" for a user without a home.
std::string home_folder() {
    if (std::string home = environment("HOME"); !home.empty()) return home;
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return "";
    return entry.pw_dir;
}

/// The models installed with the library: share/emotion/models of the prefix whose lib folder (or a folder inside it,
/// on systems with a folder for each architecture) holds the library itself.
fs::path shipped_folder() {
    static const fs::path found = [] {
        Dl_info info{};
        if (::dladdr(reinterpret_cast<void*>(&shipped_folder), &info) == 0 || !info.dli_fname) return fs::path();
        std::error_code error;
        const fs::path library = fs::canonical(info.dli_fname, error);
        if (error) return fs::path();
        fs::path prefix = library.parent_path();
        for (int level = 0; level < 3; ++level) {
            prefix = prefix.parent_path();
            const fs::path models = prefix / "share" / "emotion" / "models";
            if (fs::is_directory(models, error)) return models;
        }
        return fs::path();
    }();
    return found;
}

std::vector<Root> roots() {
    std::vector<Root> result;
    std::istringstream variable(environment("EMOTION_MODELS"));
    for (std::string folder; std::getline(variable, folder, ':');)
        if (!folder.empty()) result.push_back({folder, "environment"});
    if (const fs::path cache = model_cache_folder(); !cache.empty()) result.push_back({cache, "cache"});
    if (const fs::path shipped = shipped_folder(); !shipped.empty()) result.push_back({shipped, "package"});
    return result;
}

/// The model folders inside a folder, by name.
std::vector<fs::path> models_in(const fs::path& root) {
    std::vector<fs::path> result;
    std::error_code error;
    for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error))
        if (is_model_name(entry->path().filename().string()) && is_model_folder(entry->path()))
            result.push_back(entry->path());
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace

fs::path find_model(const std::string& name_or_path) {
    require(!name_or_path.empty() && name_or_path.find('\0') == std::string::npos,
            "model: the name must be a model's name or the path of its folder, got '{}'", name_or_path);
    if (is_model_folder(name_or_path)) return name_or_path;
    if (name_or_path.find('/') != std::string::npos)
        fail(ErrorCode::io, "model: {} is not a model folder: it has no {}", name_or_path, kCardName);
    for (const Root& root : roots())
        if (is_model_name(name_or_path) && is_model_folder(root.folder / name_or_path))
            return root.folder / name_or_path;
    std::vector<std::string> names;
    for (const ModelEntry& entry : list_models()) names.push_back(entry.name);
    fail(ErrorCode::invalid_argument, "model: '{}' is not known, expected the path of a model folder or one of: {}",
         name_or_path, names.empty() ? "(no model is installed)" : fmt::format("{}", fmt::join(names, ", ")));
}

std::vector<ModelEntry> list_models() {
    std::vector<ModelEntry> result;
    std::set<std::string> seen;
    for (const Root& root : roots())
        for (const fs::path& folder : models_in(root.folder))
            if (const std::string name = folder.filename().string(); seen.insert(name).second)
                result.push_back({name, folder, root.origin});
    return result;
}

fs::path model_cache_folder() {
    if (const std::string own = environment("EMOTION_CACHE"); !own.empty()) return own;
    // The rule of the XDG base directories: a relative path is ignored.
    if (const std::string base = environment("XDG_CACHE_HOME"); base.starts_with('/'))
        return fs::path(base) / "emotion/models";
    const std::string home = home_folder();
    return home.empty() ? fs::path() : fs::path(home) / ".cache/emotion/models";
}

void verify_model(const fs::path& folder) {
    static_cast<void>(read_model(folder));
}

}  // namespace emotion
