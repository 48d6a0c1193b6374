#include "model/download.hpp"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/check.hpp"
#include "base/files.hpp"
#include "emotion/model_store.hpp"
#include "model/model_folder.hpp"
#include "model/sha256.hpp"

namespace emotion {
namespace {

namespace fs = std::filesystem;

/// A file in the cache, see FileLock.
constexpr const char* kLockName = ".lock";

/// A folder that is removed with all that is in it at the end of the scope.
struct TemporaryFolder {
    fs::path path;
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

/// The model in the cache whose card has this hash, if it is whole.
std::optional<fs::path> find_cached(const fs::path& cache, const std::string& card_hash) {
    std::error_code error;
    for (fs::directory_iterator entry(cache, error), end; !error && entry != end; entry.increment(error)) {
        const fs::path card = entry->path() / kCardName;
        std::error_code ignored;
        if (entry->path().filename().string().front() == '.' || !fs::is_regular_file(card, ignored)) continue;
        try {
            if (sha256(read_file(card, kMaxCardBytes)) != card_hash) continue;
            verify_model(entry->path());
            return entry->path();
        } catch (const Error&) {
            // Damaged, or being replaced: it is fetched again.
        }
    }
    return std::nullopt;
}

std::string fetch_card(const std::string& url, const std::string& expected_hash, const TransferLimits& limits) {
    std::string text;
    fetch(url, kMaxCardBytes, limits, [&](std::span<const std::byte> bytes) {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    });
    if (const std::string hash = sha256(text); hash != expected_hash)
        fail(ErrorCode::model_format, "{} has the SHA-256 {}, expected {}", url, hash, expected_hash);
    return text;
}

void fetch_weights(const std::string& url, const ModelCard& card, const fs::path& path, const TransferLimits& limits) {
    AtomicFile file(path);
    Sha256 hash;
    std::uint64_t size = 0;
    fetch(url, card.weights_bytes, limits, [&](std::span<const std::byte> bytes) {
        file.write(bytes);
        hash.update(bytes);
        size += bytes.size();
    });
    if (size != card.weights_bytes)
        fail(ErrorCode::model_format, "{} has {} bytes, its card says {}", url, size, card.weights_bytes);
    if (const std::string found = hash.finish(); found != card.weights_sha256)
        fail(ErrorCode::model_format, "{} has the SHA-256 {}, its card says {}", url, found, card.weights_sha256);
    file.commit();
}

/// Puts a finished folder into its place; what was there ends up under the temporary name. Readers see the old model or
/// the new one.
void move_into_place(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) == 0) return;
    if (errno == ENOTEMPTY || errno == EEXIST) {
#ifdef RENAME_EXCHANGE
        if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) return;
#endif
        // A file system that cannot exchange names: the old model steps aside first.
        TemporaryFolder aside{temporary_beside(to)};
        std::error_code ignored;
        fs::rename(to, aside.path, ignored);
        if (::rename(from.c_str(), to.c_str()) == 0) return;
    }
    fail(ErrorCode::io, "cannot write {}: {}", to.string(), std::generic_category().message(errno));
}

}  // namespace

fs::path download_model(const std::string& url, const std::string& hash, const TransferLimits& limits) {
    check_download_url(url);
    const std::string expected = lower(hash);
    require(is_sha256(expected), "download_model: sha256 must be 64 hexadecimal digits, got '{}'", hash);
    const fs::path cache = model_cache_folder();
    if (cache.empty()) fail(ErrorCode::io, "download_model: there is no cache folder; set EMOTION_CACHE to one");
    if (auto cached = find_cached(cache, expected)) return *cached;

    const std::string text = fetch_card(url, expected, limits);
    const ModelCard card = parse_written_card(text, url);
    const fs::path folder = cache / card.name;
    make_folder(cache);
    TemporaryFolder temporary{temporary_beside(folder)};
    make_folder(temporary.path);
    fetch_weights(beside_url(url, card.weights_file), card, temporary.path / card.weights_file, limits);
    write_file(temporary.path / kCardName, text);
    verify_model(temporary.path);
    // Another download of this model may have ended first: what is in place and whole stays, it may be in use already.
    const FileLock lock(cache / kLockName);
    if (auto cached = find_cached(cache, expected)) return *cached;
    move_into_place(temporary.path, folder);
    flush_folder(cache);
    return folder;
}

fs::path download_model(const std::string& url, const std::string& hash) {
    return download_model(url, hash, TransferLimits{});
}

}  // namespace emotion
