#include "media/folder_reader.hpp"

#include <algorithm>
#include <cctype>

#include "base/check.hpp"
#include "emotion/image_io.hpp"

namespace emotion {
namespace {

bool is_digit(char letter) {
    return std::isdigit(static_cast<unsigned char>(letter)) != 0;
}

/// The run of digits at `at`, without zeros in front.
std::string_view digits_at(std::string_view text, std::size_t& at) {
    while (at < text.size() && text[at] == '0') ++at;
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(begin, at - begin);
}

std::vector<std::filesystem::path> pictures_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> pictures;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.front() != '.' && is_image_path(entry->path())) pictures.push_back(entry->path());
    }
    if (error) fail(ErrorCode::io, "VideoSource: cannot read the folder {}: {}", folder.string(), error.message());
    std::sort(pictures.begin(), pictures.end(),
              [](const auto& a, const auto& b) { return natural_less(a.filename().string(), b.filename().string()); });
    return pictures;
}

}  // namespace

bool natural_less(const std::string& a, const std::string& b) {
    std::size_t i = 0, k = 0;
    while (i < a.size() && k < b.size()) {
        if (is_digit(a[i]) && is_digit(b[k])) {
            const std::string_view first = digits_at(a, i), second = digits_at(b, k);
            if (first.size() != second.size()) return first.size() < second.size();
            if (first != second) return first < second;
        } else {
            if (a[i] != b[k]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[k]);
            ++i;
            ++k;
        }
    }
    if (i < a.size() || k < b.size()) return k < b.size();
    return a < b;  // 1.jpg and 01.jpg
}

FolderReader::FolderReader(const std::filesystem::path& path, const VideoSourceOptions& options,
                           const std::atomic<bool>& stop, HealthRecord& health)
    : format_(options.format), fps_(options.fps), stop_(stop), health_(health) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        pictures_ = pictures_in(path);
    else
        pictures_ = {path};
    if (pictures_.empty()) fail(ErrorCode::io, "VideoSource: there is no picture in the folder {}", path.string());
    waiting_ = read_next();
    if (!waiting_) {
        fail(ErrorCode::io, "VideoSource: no picture of {} can be read; {}", path.string(), health_.get().last_error);
    }
    properties_.height = waiting_->image.height();
    properties_.width = waiting_->image.width();
    properties_.fps = fps_;
    properties_.frame_count = static_cast<std::int64_t>(pictures_.size());
}

std::optional<RawFrame> FolderReader::read_next() {
    while (place_ < pictures_.size() && !stop_) {
        const auto number = static_cast<std::int64_t>(place_);
        const std::filesystem::path& path = pictures_[place_++];
        try {
            return RawFrame{read_image(path, format_), number, static_cast<double>(number) / fps_};
        } catch (const Error& error) {
            health_.change([&](SourceHealth& health) {
                health.last_error = error.what();
                health.skipped.push_back(error.what());
            });
        }
    }
    return std::nullopt;
}

std::optional<RawFrame> FolderReader::next() {
    if (waiting_) return std::exchange(waiting_, std::nullopt);
    return read_next();
}

}  // namespace emotion
