#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "emotion/interop/opencv.hpp"

namespace emotion {

using PictureBytes = std::vector<std::uint8_t>;

/// A picture file made by OpenCV's encoder; `ending` as ".jpg".
inline PictureBytes encoded(const Image& image, const std::string& ending, const std::vector<int>& options = {}) {
    PictureBytes bytes;
    Image bgr = image.format() == PixelFormat::gray8 ? image : convert(image, PixelFormat::bgr8);
    cv::imencode(ending, as_mat(bgr), bytes, options);
    return bytes;
}

inline void append(PictureBytes& bytes, std::string_view text) {
    bytes.insert(bytes.end(), text.begin(), text.end());
}

inline void append_number(PictureBytes& bytes, std::uint32_t value, int size, bool little) {
    for (int i = 0; i < size; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * (little ? i : size - 1 - i))));
    }
}

/// A TIFF structure whose only entry is the orientation.
inline PictureBytes exif_body(int orientation, bool little) {
    PictureBytes body;
    body.reserve(32);
    append(body, little ? std::string_view("II\x2a\0", 4) : std::string_view("MM\0\x2a", 4));
    append_number(body, 8, 4, little);
    append_number(body, 1, 2, little);
    append_number(body, 0x0112, 2, little);
    append_number(body, 3, 2, little);
    append_number(body, 1, 4, little);
    append_number(body, static_cast<std::uint32_t>(orientation), 2, little);
    append_number(body, 0, 2, little);
    append_number(body, 0, 4, little);
    return body;
}

inline PictureBytes inserted(PictureBytes bytes, std::size_t at, const PictureBytes& piece) {
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), piece.begin(), piece.end());
    return bytes;
}

/// The JPEG with an APP1 segment right behind its first marker.
inline PictureBytes jpeg_with_exif(const PictureBytes& jpeg, const PictureBytes& body) {
    PictureBytes segment;
    segment.reserve(body.size() + 10);
    append(segment, "\xFF\xE1");
    append_number(segment, static_cast<std::uint32_t>(body.size() + 8), 2, false);
    append(segment, std::string_view("Exif\0\0", 6));
    segment.insert(segment.end(), body.begin(), body.end());
    return inserted(jpeg, 2, segment);
}

/// The checksum of a PNG chunk (ISO 3309).
inline std::uint32_t crc32(const PictureBytes& bytes) {
    std::uint32_t crc = 0xFFFFFFFFu;
    for (std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

inline PictureBytes png_chunk(std::string_view type, const PictureBytes& body) {
    PictureBytes checked, chunk;
    append(checked, type);
    checked.insert(checked.end(), body.begin(), body.end());
    append_number(chunk, static_cast<std::uint32_t>(body.size()), 4, false);
    chunk.insert(chunk.end(), checked.begin(), checked.end());
    append_number(chunk, crc32(checked), 4, false);
    return chunk;
}

/// The PNG with an eXIf chunk behind its header.
inline PictureBytes png_with_exif(const PictureBytes& png, const PictureBytes& body) {
    return inserted(png, 33, png_chunk("eXIf", body));
}

inline PictureBytes webp_chunk(std::string_view type, const PictureBytes& body) {
    PictureBytes chunk;
    append(chunk, type);
    append_number(chunk, static_cast<std::uint32_t>(body.size()), 4, true);
    chunk.insert(chunk.end(), body.begin(), body.end());
    if (body.size() % 2) chunk.push_back(0);
    return chunk;
}

/// The simple WebP file in the extended layout, with an EXIF chunk at its end.
inline PictureBytes webp_with_exif(const PictureBytes& webp, int height, int width, const PictureBytes& body) {
    PictureBytes extended{8, 0, 0, 0};
    append_number(extended, static_cast<std::uint32_t>(width - 1), 3, true);
    append_number(extended, static_cast<std::uint32_t>(height - 1), 3, true);
    PictureBytes content;
    append(content, "WEBP");
    PictureBytes first = webp_chunk("VP8X", extended), last = webp_chunk("EXIF", body);
    content.insert(content.end(), first.begin(), first.end());
    content.insert(content.end(), webp.begin() + 12, webp.end());
    content.insert(content.end(), last.begin(), last.end());
    return webp_chunk("RIFF", content);
}

/// An uncompressed TIFF of rgb8 pixels with its orientation.
inline PictureBytes tiff_with_orientation(const Image& image, int orientation) {
    constexpr int kEntries = 10;
    std::uint32_t bits_at = 8 + 2 + 12 * kEntries + 4, pixels_at = bits_at + 6;
    auto height = static_cast<std::uint32_t>(image.height()), width = static_cast<std::uint32_t>(image.width());
    PictureBytes file;
    append(file, std::string_view("II\x2a\0", 4));
    append_number(file, 8, 4, true);
    append_number(file, kEntries, 2, true);
    auto entry = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t count, std::uint32_t value) {
        append_number(file, tag, 2, true);
        append_number(file, type, 2, true);
        append_number(file, count, 4, true);
        append_number(file, value, 4, true);
    };
    entry(0x100, 4, 1, width);
    entry(0x101, 4, 1, height);
    entry(0x102, 3, 3, bits_at);
    entry(0x103, 3, 1, 1);  // no compression
    entry(0x106, 3, 1, 2);  // RGB
    entry(0x111, 4, 1, pixels_at);
    entry(0x112, 3, 1, static_cast<std::uint32_t>(orientation));
    entry(0x115, 3, 1, 3);
    entry(0x116, 4, 1, height);
    entry(0x117, 4, 1, height * width * 3);
    append_number(file, 0, 4, true);
    for (int i = 0; i < 3; ++i) append_number(file, 8, 2, true);
    file.insert(file.end(), image.data(), image.data() + height * width * 3);
    return file;
}

/// How a camera held in another way stores `upright`, by the words of EXIF 2.3 for tag 0x0112: where the first stored
/// row and the first stored column lie in the upright picture.
inline Image stored_as(const Image& upright, int orientation) {
    int height = upright.height(), width = upright.width();
    bool turned = orientation >= 5;
    bool right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    bool bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    Image stored(turned ? width : height, turned ? height : width, upright.format());
    int count = channels(upright.format());
    for (int row = 0; row < stored.height(); ++row) {
        for (int column = 0; column < stored.width(); ++column) {
            int x = turned ? row : column, y = turned ? column : row;
            if (right) x = width - 1 - x;
            if (bottom) y = height - 1 - y;
            for (int c = 0; c < count; ++c) {
                stored.row(row)[column * count + c] = upright.row(y)[x * count + c];
            }
        }
    }
    return stored;
}

}  // namespace emotion
