#include "emotion/image_io.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/check.hpp"
#include "base/files.hpp"
#include "emotion/interop/opencv.hpp"
#include "image/mat.hpp"
#include "image/picture_file.hpp"

namespace emotion {
namespace {

namespace fs = std::filesystem;

/// A few bytes can declare a picture that fills the memory; no camera makes more than this.
constexpr std::int64_t kMaxPixels = std::int64_t{1} << 28;

struct FileCloser {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using FileHandle = std::unique_ptr<std::FILE, FileCloser>;

std::string lower_ending(const fs::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return ending;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& endings, const std::string& ending) {
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

constexpr std::array<std::string_view, 11> kReadEndings{".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp",
                                                        ".tif", ".tiff", ".ppm", ".pgm", ".pnm"};
constexpr std::array<std::string_view, 8> kWriteEndings{".jpg",  ".jpeg", ".jpe", ".png",
                                                        ".webp", ".bmp",  ".tif", ".tiff"};

std::vector<std::uint8_t> read_file(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) fail(ErrorCode::io, "read_image: there is no file {}", path.string());
    if (fs::is_directory(path, error)) fail(ErrorCode::io, "read_image: {} is a folder", path.string());
    FileHandle file(std::fopen(path.c_str(), "rb"));
    if (!file) fail(ErrorCode::io, "read_image: cannot open {}: {}", path.string(), std::strerror(errno));
    std::vector<std::uint8_t> bytes;
    std::array<std::uint8_t, 1 << 16> block;
    while (std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
        bytes.insert(bytes.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    }
    if (std::ferror(file.get())) fail(ErrorCode::io, "read_image: cannot read {}", path.string());
    return bytes;
}

/// Turns a picture stored in one of EXIF's eight orientations upright.
cv::Mat upright(const cv::Mat& stored, int orientation) {
    cv::Mat turned;
    switch (orientation) {
        case 2:
            cv::flip(stored, turned, 1);
            break;
        case 3:
            cv::rotate(stored, turned, cv::ROTATE_180);
            break;
        case 4:
            cv::flip(stored, turned, 0);
            break;
        case 5:
            cv::transpose(stored, turned);
            break;
        case 6:
            cv::rotate(stored, turned, cv::ROTATE_90_CLOCKWISE);
            break;
        case 7:
            cv::transpose(stored, turned);
            cv::flip(turned, turned, -1);
            break;
        case 8:
            cv::rotate(stored, turned, cv::ROTATE_90_COUNTERCLOCKWISE);
            break;
        default:
            return stored;
    }
    return turned;
}

/// Pixels as bgr8, 8 bits, turned upright; empty where the file is damaged. Throws cv::Exception, std::bad_alloc.
cv::Mat decode_bgr(std::span<const std::uint8_t> bytes, const PictureFile& file) {
    cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::uint8_t*>(bytes.data()));
    // OpenCV's own turn depends on its version and the format; only TIFF's is part of decoding and stays there.
    cv::Mat stored = cv::imdecode(raw, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (stored.empty() || file.kind == PictureKind::tiff) return stored;
    return upright(stored, file.orientation);
}

}  // namespace

Image read_image(const fs::path& path, PixelFormat format) {
    std::vector<std::uint8_t> bytes = read_file(path);
    return decode_image(bytes, format, path.string().c_str());
}

Image decode_image(std::span<const std::uint8_t> bytes, PixelFormat format, const char* name) {
    if (bytes.empty()) fail(ErrorCode::io, "read_image: {} is empty", name);
    if (bytes.size() > static_cast<std::size_t>(INT32_MAX)) fail(ErrorCode::io, "read_image: {} is over 2 GB", name);
    PictureFile file = inspect_picture(bytes);
    if (file.kind == PictureKind::unknown) {
        fail(ErrorCode::io, "read_image: {} is not a picture (JPEG, PNG, WebP, BMP, TIFF or PNM)", name);
    }
    if (file.width > kMaxPixels || file.height > kMaxPixels || file.width * file.height > kMaxPixels) {
        fail(ErrorCode::io, "read_image: {} says it has {} x {} px, expected at most {} px in all", name, file.width,
             file.height, kMaxPixels);
    }
    if (!file.complete) fail(ErrorCode::io, "read_image: {} is truncated or damaged", name);
    try {
        cv::Mat pixels = decode_bgr(bytes, file);
        if (pixels.empty()) fail(ErrorCode::io, "read_image: {} is truncated or damaged", name);
        return convert(as_view(pixels), format);
    } catch (const cv::Exception& error) {
        fail(ErrorCode::io, "read_image: {} cannot be decoded: {}", name, error.err);
    } catch (const std::bad_alloc&) {
        fail(ErrorCode::io, "read_image: no memory for the pixels of {}", name);
    }
}

void write_image(const fs::path& path, const ImageView& image) {
    image.validate("write_image");
    std::string ending = lower_ending(path);
    require(contains(kWriteEndings, ending), "write_image: the ending of {} must be one of {}", path.string(),
            fmt::join(kWriteEndings, ", "));
    std::vector<std::uint8_t> bytes;
    try {
        cv::Mat pixels = as_mat(image);
        if (image.format == PixelFormat::rgb8) {
            cv::Mat bgr;
            cv::cvtColor(pixels, bgr, cv::COLOR_RGB2BGR);
            pixels = bgr;
        }
        if (!cv::imencode(ending, pixels, bytes)) fail(ErrorCode::io, "write_image: cannot encode {}", path.string());
    } catch (const cv::Exception& error) {
        fail(ErrorCode::io, "write_image: cannot encode {}: {}", path.string(), error.err);
    }
    write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, false);
}

bool is_image_path(const fs::path& path) {
    return contains(kReadEndings, lower_ending(path));
}

}  // namespace emotion
