#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// Order of the channels of a pixel; eight bits each.
enum class PixelFormat { rgb8, bgr8, gray8 };

/// 3 for rgb8 and bgr8, 1 for gray8.
int channels(PixelFormat format) noexcept;
/// "rgb8", "bgr8" or "gray8".
const char* to_string(PixelFormat format) noexcept;

/// A picture somebody else owns: rows of packed pixels, `row_stride` bytes from one row to the next.
/// The owner keeps the memory alive and unchanged as long as the view is used.
struct ImageView {
    const std::uint8_t* data = nullptr;
    int height = 0;  ///< px
    int width = 0;   ///< px
    PixelFormat format = PixelFormat::rgb8;
    std::ptrdiff_t row_stride = 0;  ///< bytes; at least width * channels(format)

    /// First byte of row `y`, 0 <= y < height.
    const std::uint8_t* row(int y) const noexcept { return data + y * row_stride; }
    /// The part of `width` x `height` px whose top left pixel is (x, y); shares the memory. Throws
    /// Error{invalid_argument} unless it lies inside and is at least 1 x 1 px.
    ImageView part(int x, int y, int width, int height) const;
    /// Throws Error{invalid_argument} unless the view has memory, positive size and a stride that holds a row.
    /// `who` begins the message: "FaceDetector: image has height 0, expected at least 1".
    void validate(const char* who) const;
};

/// A picture with memory of its own, rows packed without gaps. Copies are deep.
class Image {
public:
    Image() = default;
    /// Black picture. Throws Error{invalid_argument} unless both sides are at least 1 px.
    Image(int height, int width, PixelFormat format);
    /// Deep copy of a view.
    explicit Image(const ImageView& view);

    int height() const noexcept { return height_; }
    int width() const noexcept { return width_; }
    PixelFormat format() const noexcept { return format_; }
    std::ptrdiff_t row_stride() const noexcept { return static_cast<std::ptrdiff_t>(width_) * channels(format_); }
    bool empty() const noexcept { return pixels_.empty(); }
    std::uint8_t* data() noexcept { return pixels_.data(); }
    const std::uint8_t* data() const noexcept { return pixels_.data(); }
    std::uint8_t* row(int y) noexcept { return pixels_.data() + y * row_stride(); }
    const std::uint8_t* row(int y) const noexcept { return pixels_.data() + y * row_stride(); }
    ImageView view() const noexcept { return {pixels_.data(), height_, width_, format_, row_stride()}; }
    operator ImageView() const noexcept { return view(); }

private:
    int height_ = 0;
    int width_ = 0;
    PixelFormat format_ = PixelFormat::rgb8;
    std::vector<std::uint8_t> pixels_;
};

/// The same picture in another pixel format. Grey from colour by ITU-R BT.601 weights (0.299 R + 0.587 G + 0.114 B);
/// colour from grey by repetition. Throws Error{invalid_argument} for a view without pixels.
Image convert(const ImageView& image, PixelFormat format);

/// The picture resized to `height` x `width` px: area averaging where it shrinks, bilinear where it grows.
/// Throws Error{invalid_argument} unless both sides are at least 1 px.
Image resize(const ImageView& image, int height, int width);

}  // namespace EMOTION_PUBLIC
