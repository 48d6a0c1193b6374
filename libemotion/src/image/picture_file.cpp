#include "image/picture_file.hpp"

#include <cstdlib>
#include <cstring>
#include <string_view>

namespace emotion {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Numbers of either byte order out of a span; what lies outside reads as 0.
struct Reader {
    Bytes bytes;
    bool little = false;

    std::uint64_t number(std::size_t at, int size) const noexcept {
        if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(size)) return 0;
        std::uint64_t value = 0;
        for (int i = 0; i < size; ++i)
            value = value << 8 | bytes[at + static_cast<std::size_t>(little ? size - 1 - i : i)];
        return value;
    }
    bool says(std::size_t at, std::string_view text) const noexcept {
        return at <= bytes.size() && bytes.size() - at >= text.size() &&
               std::memcmp(bytes.data() + at, text.data(), text.size()) == 0;
    }
};

using namespace std::string_view_literals;

/// The first directory of a TIFF structure: a TIFF file, or the body of an EXIF block.
void read_tiff_directory(Bytes bytes, PictureFile& file) noexcept {
    Reader reader{bytes};
    if (!reader.says(0, "II\x2a\0"sv) && !reader.says(0, "MM\0\x2a"sv)) return;
    reader.little = bytes[0] == 'I';
    std::size_t at = reader.number(4, 4);
    std::size_t count = reader.number(at, 2);
    for (std::size_t i = 0; i < count && at + 2 + 12 * (i + 1) <= bytes.size(); ++i) {
        std::size_t entry = at + 2 + 12 * i;
        auto tag = reader.number(entry, 2), type = reader.number(entry + 2, 2);
        auto value = reader.number(entry + 8, type == 4 ? 4 : 2);
        if (type != 3 && type != 4) continue;
        if (tag == 0x100) file.width = static_cast<std::int64_t>(value);
        if (tag == 0x101) file.height = static_cast<std::int64_t>(value);
        if (tag == 0x112 && value >= 1 && value <= 8) file.orientation = static_cast<int>(value);
    }
}

int exif_orientation(Bytes block) noexcept {
    if (Reader{block}.says(0, "Exif\0\0"sv)) block = block.subspan(6);
    PictureFile found;
    read_tiff_directory(block, found);
    return found.orientation;
}

/// Where the next 0xFF stands, from `at` on; the size where there is none.
std::size_t next_marker(Bytes bytes, std::size_t at) noexcept {
    const void* found = at < bytes.size() ? std::memchr(bytes.data() + at, 0xFF, bytes.size() - at) : nullptr;
    return found ? static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data()) : bytes.size();
}

/// ITU T.81 annex B. Complete when the end-of-image marker is reached: libjpeg fills what is missing with grey and only
/// warns, so this is the one way to know.
void read_jpeg(Bytes bytes, PictureFile& file) noexcept {
    Reader reader{bytes};
    bool exif_seen = false;
    file.complete = false;
    std::size_t at = 2;
    while ((at = next_marker(bytes, at)) + 1 < bytes.size()) {
        int marker = bytes[at + 1];
        if (marker == 0xFF) {  // a fill byte
            ++at;
            continue;
        }
        at += 2;
        if (marker == 0xD9) {
            file.complete = true;
            return;
        }
        bool alone = marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD8);  // stuffed zeros and restarts among them
        if (alone) continue;
        std::size_t length = reader.number(at, 2);
        if (length < 2 || length > bytes.size() - at) return;
        bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (frame) {
            file.height = static_cast<std::int64_t>(reader.number(at + 3, 2));
            file.width = static_cast<std::int64_t>(reader.number(at + 5, 2));
        } else if (marker == 0xE1 && !exif_seen && reader.says(at + 2, "Exif\0\0"sv)) {
            exif_seen = true;
            file.orientation = exif_orientation(bytes.subspan(at + 2, length - 2));
        }
        at += length;
    }
}

void read_png(Bytes bytes, PictureFile& file) noexcept {
    Reader reader{bytes};
    file.complete = false;
    for (std::size_t at = 8; at + 12 <= bytes.size();) {
        std::size_t length = reader.number(at, 4);
        if (length > bytes.size() - at - 12) return;
        if (reader.says(at + 4, "IHDR")) {
            file.width = static_cast<std::int64_t>(reader.number(at + 8, 4));
            file.height = static_cast<std::int64_t>(reader.number(at + 12, 4));
        } else if (reader.says(at + 4, "eXIf")) {
            file.orientation = exif_orientation(bytes.subspan(at + 8, length));
        } else if (reader.says(at + 4, "IEND")) {
            file.complete = true;
            return;
        }
        at += 12 + length;
    }
}

void read_webp(Bytes bytes, PictureFile& file) noexcept {
    Reader reader{bytes, true};
    std::uint64_t end = 8 + reader.number(4, 4);
    file.complete = end <= bytes.size();
    if (!file.complete) return;
    for (std::size_t at = 12; at + 8 <= end;) {
        std::size_t length = reader.number(at + 4, 4);
        if (length > end - at - 8) return;
        if (reader.says(at, "EXIF")) file.orientation = exif_orientation(bytes.subspan(at + 8, length));
        at += 8 + length + length % 2;
    }
}

void read_bmp(Bytes bytes, PictureFile& file) noexcept {
    Reader reader{bytes, true};
    if (reader.number(14, 4) < 40) return;  // an older header of 16-bit sizes: at most 65535 px a side
    file.width = std::llabs(static_cast<std::int32_t>(reader.number(18, 4)));
    file.height = std::llabs(static_cast<std::int32_t>(reader.number(22, 4)));
}

PictureKind kind_of(const Reader& reader) noexcept {
    if (reader.says(0, "\xFF\xD8\xFF")) return PictureKind::jpeg;
    if (reader.says(0, "\x89PNG\r\n\x1a\n")) return PictureKind::png;
    if (reader.says(0, "RIFF") && reader.says(8, "WEBP")) return PictureKind::webp;
    if (reader.says(0, "BM")) return PictureKind::bmp;
    for (std::string_view mark : {"II\x2a\0"sv, "MM\0\x2a"sv, "II\x2b\0"sv, "MM\0\x2b"sv}) {
        if (reader.says(0, mark)) return PictureKind::tiff;
    }
    bool pnm = reader.bytes.size() > 2 && reader.bytes[0] == 'P' && reader.bytes[1] >= '1' && reader.bytes[1] <= '6' &&
               std::strchr(" \t\r\n#", reader.bytes[2]) != nullptr && reader.bytes[2] != 0;
    return pnm ? PictureKind::pnm : PictureKind::unknown;
}

}  // namespace

PictureFile inspect_picture(std::span<const std::uint8_t> bytes) noexcept {
    PictureFile file;
    file.kind = kind_of(Reader{bytes});
    switch (file.kind) {
        case PictureKind::jpeg:
            read_jpeg(bytes, file);
            break;
        case PictureKind::png:
            read_png(bytes, file);
            break;
        case PictureKind::webp:
            read_webp(bytes, file);
            break;
        case PictureKind::bmp:
            read_bmp(bytes, file);
            break;
        case PictureKind::tiff:
            read_tiff_directory(bytes, file);
            break;
        case PictureKind::pnm:
        case PictureKind::unknown:
            break;
    }
    return file;
}

}  // namespace emotion
