#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "emotion/image.hpp"

namespace emotion {

/// Noise that is the same on every machine.
inline Image noise(int height, int width, PixelFormat format, unsigned seed = 1) {
    Image image(height, width, format);
    std::mt19937 random(seed);
    for (int y = 0; y < height; ++y) {
        for (int i = 0; i < width * channels(format); ++i) image.row(y)[i] = static_cast<std::uint8_t>(random() >> 24);
    }
    return image;
}

/// Soft hills of another phase in each channel: neighbours differ little, far places much.
inline Image hills(int height, int width, PixelFormat format) {
    Image image(height, width, format);
    int count = channels(format);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < count; ++c) {
                double value = 127.5 + 60 * std::sin(x * 0.05 + c) + 60 * std::cos(y * 0.04 - 2 * c);
                image.row(y)[x * count + c] = static_cast<std::uint8_t>(std::lround(value));
            }
        }
    }
    return image;
}

/// Single pixels of 0 and 255 in turn.
inline Image checkerboard(int height, int width, PixelFormat format) {
    Image image(height, width, format);
    int count = channels(format);
    for (int y = 0; y < height; ++y) {
        for (int i = 0; i < width * count; ++i) image.row(y)[i] = (y + i / count) % 2 ? 255 : 0;
    }
    return image;
}

/// The largest difference of two pictures of the same size and format; 256 if they are not.
inline int largest_difference(const ImageView& a, const ImageView& b) {
    if (a.height != b.height || a.width != b.width || a.format != b.format) return 256;
    int largest = 0;
    for (int y = 0; y < a.height; ++y) {
        for (int i = 0; i < a.width * channels(a.format); ++i) {
            largest = std::max(largest, std::abs(a.row(y)[i] - b.row(y)[i]));
        }
    }
    return largest;
}

/// A folder of its own for a test, gone afterwards.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "emotion-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace emotion
