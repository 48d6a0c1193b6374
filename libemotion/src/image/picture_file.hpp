#pragma once

#include <cstdint>
#include <span>

namespace emotion {

enum class PictureKind { unknown, jpeg, png, webp, bmp, tiff, pnm };

/// What the frame of a picture file says before any pixel is decoded.
struct PictureFile {
    PictureKind kind = PictureKind::unknown;  ///< by the first bytes, never by a name
    std::int64_t width = 0;                   ///< px as stored, before any turn; 0 where the file does not say
    std::int64_t height = 0;                  ///< px
    int orientation = 1;                      ///< EXIF: 1 upright ... 8, as the table of EXIF 2.3, tag 0x0112
    bool complete = true;                     ///< false: the end that the format promises is missing
};

/// Walks the segments of a picture file; reads no byte outside `bytes` and never throws.
PictureFile inspect_picture(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace emotion
