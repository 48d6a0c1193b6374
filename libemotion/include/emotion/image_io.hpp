#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "emotion/export.hpp"
#include "emotion/image.hpp"

namespace emotion EMOTION_PUBLIC {

/// Reads a picture file (JPEG, PNG, WebP, BMP, TIFF, PNM: the content decides, not the name), turned upright by the
/// EXIF orientation of a JPEG, PNG, WebP or TIFF. `format` is what comes out, whatever the file holds: 8 bits, of
/// 16-bit files the upper ones; grey files give equal channels; alpha is dropped. Throws Error{io}: no such file, not a
/// picture, truncated or damaged, more than 2^28 pixels, 2 GB or more. A JPEG whose end is missing is an error, not a
/// half grey picture.
Image read_image(const std::filesystem::path& path, PixelFormat format = PixelFormat::rgb8);

/// The same from the bytes of a picture file. `name` stands in the message of the Error{io}.
Image decode_image(std::span<const std::uint8_t> bytes, PixelFormat format = PixelFormat::rgb8,
                   const char* name = "the picture");

/// Writes a picture; the file's ending says how: .jpg (quality 95), .png, .webp, .bmp, .tif (all without loss). Written
/// to a temporary name beside it and renamed, so no half file is ever seen and a failure leaves an older file in place.
/// Throws Error{invalid_argument} for another ending or an empty picture, Error{io} where it cannot be written.
void write_image(const std::filesystem::path& path, const ImageView& image);

/// Whether read_image is tried on files of this ending (case does not matter).
bool is_image_path(const std::filesystem::path& path);

}  // namespace EMOTION_PUBLIC
