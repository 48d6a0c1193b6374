#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "emotion/export.hpp"
#include "emotion/image.hpp"

namespace emotion EMOTION_PUBLIC {

/// Reads a picture file (JPEG, PNG, WebP, BMP, TIFF, PNM), turned upright by its EXIF orientation.
/// `format` is what comes out, whatever the file holds (grey files give equal channels; alpha is dropped).
/// Throws Error{io}: no such file, not a picture, truncated.
Image read_image(const std::filesystem::path& path, PixelFormat format = PixelFormat::rgb8);

/// The same from the bytes of a picture file. `name` stands in the error message.
Image decode_image(std::span<const std::uint8_t> bytes, PixelFormat format = PixelFormat::rgb8,
                   const char* name = "the picture");

/// Writes a picture; the file's ending says how (.jpg, .png, .webp, .bmp, .tif). Written to a temporary name beside
/// it and renamed, so no half file is ever seen. Throws Error{io}.
void write_image(const std::filesystem::path& path, const ImageView& image);

/// Whether read_image is tried on files of this ending (case does not matter).
bool is_image_path(const std::filesystem::path& path);

}  // namespace EMOTION_PUBLIC
