#include "emotion/image_io.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <thread>

#include "picture_bytes.hpp"
#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;
namespace fs = std::filesystem;

namespace {

std::size_t file_count(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

void write_bytes(const fs::path& path, const PictureBytes& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Decodes and takes an Error{io} for an answer too; anything else fails the test.
void decode_or_io_error(const PictureBytes& bytes) {
    try {
        decode_image(bytes).view().validate("test");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::io);
    }
}

std::string io_message(const PictureBytes& bytes) {
    return error_message(ErrorCode::io, [&] { decode_image(bytes, PixelFormat::rgb8, "face.jpg"); });
}

}  // namespace

TEST_CASE("what is written without loss is read back the same, in every format") {
    ScratchFolder folder;
    for (const char* ending : {".png", ".PNG", ".bmp", ".tif", ".tiff", ".webp"}) {
        for (PixelFormat format : {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::gray8}) {
            INFO(ending << " " << to_string(format));
            Image image = noise(13, 29, format);
            fs::path path = folder.path() / (std::string("picture") + ending);
            write_image(path, image.view().part(2, 1, 20, 11));
            CHECK(largest_difference(read_image(path, format), image.view().part(2, 1, 20, 11)) == 0);
            CHECK(largest_difference(read_image(path, PixelFormat::rgb8),
                                     convert(image.view().part(2, 1, 20, 11), PixelFormat::rgb8)) == 0);
        }
    }
    CHECK(file_count(folder.path()) == 6);
}

TEST_CASE("a JPEG keeps its colours near and its channels in order") {
    ScratchFolder folder;
    Image image = hills(60, 80, PixelFormat::rgb8);
    write_image(folder.path() / "a.jpg", image);
    CHECK(largest_difference(read_image(folder.path() / "a.jpg"), image) < 16);
    Image bgr = read_image(folder.path() / "a.jpg", PixelFormat::bgr8);
    CHECK(largest_difference(convert(bgr, PixelFormat::rgb8), read_image(folder.path() / "a.jpg")) == 0);
}

TEST_CASE("all eight EXIF orientations come out upright") {
    Image upright(32, 48, PixelFormat::rgb8);  // four plain greys: JPEG hardly changes them
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 48; ++x) {
            for (int c = 0; c < 3; ++c) {
                upright.row(y)[3 * x + c] = static_cast<std::uint8_t>(40 + (x < 16 ? 120 : 0) + (y < 16 ? 60 : 0));
            }
        }
    }
    for (int orientation = 1; orientation <= 8; ++orientation) {
        INFO("orientation " << orientation);
        Image stored = stored_as(upright, orientation);
        PictureBytes jpeg = encoded(stored, ".jpg", {cv::IMWRITE_JPEG_QUALITY, 100});
        CHECK(largest_difference(decode_image(jpeg_with_exif(jpeg, exif_body(orientation, true))), upright) < 8);
        CHECK(largest_difference(decode_image(jpeg_with_exif(jpeg, exif_body(orientation, false))), upright) < 8);
        PictureBytes png = png_with_exif(encoded(stored, ".png"), exif_body(orientation, false));
        CHECK(largest_difference(decode_image(png), upright) == 0);
        PictureBytes webp =
            webp_with_exif(encoded(stored, ".webp"), stored.height(), stored.width(), exif_body(orientation, true));
        CHECK(largest_difference(decode_image(webp), upright) == 0);
        CHECK(largest_difference(decode_image(tiff_with_orientation(stored, orientation)), upright) == 0);
    }
}

TEST_CASE("16-bit, transparent and grey files come out as 8 bits in the format asked for") {
    PictureBytes bytes;
    cv::Mat deep(4, 5, CV_16UC3, cv::Scalar(10 * 257, 100 * 257, 200 * 257));
    cv::imencode(".png", deep, bytes);
    Image image = decode_image(bytes);
    CHECK(int(image.row(3)[12]) == 200);
    CHECK(int(image.row(3)[13]) == 100);
    CHECK(int(image.row(3)[14]) == 10);
    for (const char* ending : {".tif", ".ppm"}) {
        cv::imencode(ending, deep, bytes);
        CHECK(std::abs(decode_image(bytes).row(0)[0] - 200) <= 1);
    }
    cv::imencode(".png", cv::Mat(4, 5, CV_8UC4, cv::Scalar(10, 100, 200, 0)), bytes);
    image = decode_image(bytes);
    CHECK(int(image.row(0)[0]) == 200);
    CHECK(image.format() == PixelFormat::rgb8);
    Image gray = noise(6, 6, PixelFormat::gray8);
    CHECK(largest_difference(decode_image(encoded(gray, ".png")), convert(gray, PixelFormat::rgb8)) == 0);
    Image color = noise(6, 6, PixelFormat::rgb8);
    CHECK(largest_difference(decode_image(encoded(color, ".png"), PixelFormat::gray8),
                             convert(color, PixelFormat::gray8)) == 0);
}

TEST_CASE("a picture cut short is an error, never a half picture") {
    Image image = hills(120, 160, PixelFormat::rgb8);
    for (const char* ending : {".jpg", ".png", ".webp", ".bmp", ".tif", ".ppm"}) {
        PictureBytes whole = encoded(image, ending);
        for (std::size_t eighth = 0; eighth < 8; ++eighth) {
            PictureBytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() * eighth / 8));
            INFO(ending << " " << eighth << "/8");
            error_message(ErrorCode::io, [&] { decode_image(part); });
        }
        PictureBytes part(whole.begin(), whole.end() - 1);
        INFO(ending << " but one byte");
        if (std::string(ending) != ".tif") error_message(ErrorCode::io, [&] { decode_image(part); });
    }
}

TEST_CASE("hostile bytes are an Error{io} with the name of the picture") {
    CHECK(io_message({}) == "read_image: face.jpg is empty");
    CHECK(io_message({'h', 'e', 'l', 'l', 'o'}) ==
          "read_image: face.jpg is not a picture (JPEG, PNG, WebP, BMP, TIFF or PNM)");
    PictureBytes jpeg = encoded(hills(40, 40, PixelFormat::rgb8), ".jpg");
    jpeg.resize(jpeg.size() / 2);
    CHECK(io_message(jpeg) == "read_image: face.jpg is truncated or damaged");
    std::mt19937 random(2);
    for (int i = 0; i < 200; ++i) {
        PictureBytes bytes(random() % 600);
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
        decode_or_io_error(bytes);
    }
    Image image = noise(16, 16, PixelFormat::rgb8);
    for (const char* ending : {".jpg", ".png", ".bmp", ".tif", ".webp", ".ppm"}) {
        PictureBytes whole = encoded(image, ending);
        for (int i = 0; i < 60; ++i) {
            PictureBytes damaged = whole;
            for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
            decode_or_io_error(damaged);
        }
    }
}

TEST_CASE("a header of giant size is refused before any memory is taken") {
    PictureBytes header;
    append_number(header, 100'000, 4, false);
    append_number(header, 100'000, 4, false);
    for (std::uint8_t byte : {8, 2, 0, 0, 0}) header.push_back(byte);
    PictureBytes png;
    append(png, "\x89PNG\r\n\x1a\n");
    for (const PictureBytes& chunk : {png_chunk("IHDR", header), png_chunk("IDAT", {1, 2, 3}), png_chunk("IEND", {})}) {
        png.insert(png.end(), chunk.begin(), chunk.end());
    }
    CHECK(io_message(png) ==
          "read_image: face.jpg says it has 100000 x 100000 px, expected at most 268435456 px in all");

    PictureBytes jpeg = encoded(noise(8, 8, PixelFormat::rgb8), ".jpg");
    for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
        if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0) jpeg[i + 5] = jpeg[i + 6] = jpeg[i + 7] = jpeg[i + 8] = 0xFF;
    }
    CHECK(io_message(jpeg).find("65535 x 65535 px") != std::string::npos);

    PictureBytes bmp = encoded(noise(8, 8, PixelFormat::rgb8), ".bmp");
    bmp[20] = bmp[24] = 0x7F;
    CHECK(io_message(bmp).find("expected at most") != std::string::npos);

    PictureBytes pnm;
    append(pnm, "P6\n900000 900000\n255\nabc");
    error_message(ErrorCode::io, [&] { decode_image(pnm); });

    PictureBytes tiff = tiff_with_orientation(noise(4, 4, PixelFormat::rgb8), 1);
    tiff[10 + 8 + 2] = tiff[22 + 8 + 2] = 0x7F;
    CHECK(io_message(tiff).find("expected at most") != std::string::npos);
}

TEST_CASE("reading says which file is missing or is no file") {
    ScratchFolder folder;
    fs::path missing = folder.path() / "missing.png";
    CHECK(error_message(ErrorCode::io, [&] { read_image(missing); }) ==
          "read_image: there is no file " + missing.string());
    CHECK(error_message(ErrorCode::io, [&] { read_image(folder.path()); }) ==
          "read_image: " + folder.path().string() + " is a folder");
    fs::path wrong = folder.path() / "actually.txt";  // the content decides, not the name
    write_bytes(wrong, encoded(noise(3, 4, PixelFormat::rgb8), ".png"));
    CHECK(read_image(wrong).width() == 4);
}

TEST_CASE("paths may hold any letters") {
    ScratchFolder folder;
    fs::path path = folder.path() / fs::path(u8"Гриша и 学生 ü.png");
    Image image = noise(5, 6, PixelFormat::bgr8);
    write_image(path, image);
    CHECK(largest_difference(read_image(path, PixelFormat::bgr8), image) == 0);
}

TEST_CASE("writing replaces the whole file or leaves things as they were") {
    ScratchFolder folder;
    Image first = noise(5, 6, PixelFormat::rgb8, 1), second = noise(50, 60, PixelFormat::rgb8, 2);
    fs::path path = folder.path() / "a.png";
    write_image(path, first);
    write_image(path, second);
    CHECK(largest_difference(read_image(path), second) == 0);
    CHECK(file_count(folder.path()) == 1);

    // What a process with our number left behind when it died is no hindrance.
    auto stale = [&](int n) { return folder.path() / fmt::format(".emotion-{}-{}.tmp", ::getpid(), n); };
    for (int n = 0; n < 90; ++n) write_bytes(stale(n), {1});
    write_image(path, first);
    CHECK(largest_difference(read_image(path), first) == 0);
    for (int n = 0; n < 90; ++n) fs::remove(stale(n));

    CHECK(error_message(ErrorCode::invalid_argument, [&] {
              write_image(folder.path() / "a.xyz", first);
          }).find("must be one of .jpg, .jpeg, .jpe, .png, .webp, .bmp, .tif, .tiff") != std::string::npos);
    error_message(ErrorCode::invalid_argument, [&] { write_image(folder.path() / "a", first); });
    error_message(ErrorCode::invalid_argument, [&] { write_image(folder.path() / "b.png", ImageView{}); });
    error_message(ErrorCode::io, [&] { write_image(folder.path() / "no folder" / "a.png", first); });
    fs::create_directory(folder.path() / "folder.png");
    error_message(ErrorCode::io, [&] { write_image(folder.path() / "folder.png", first); });
    Image long_side(1, 70'000, PixelFormat::gray8);  // more than a JPEG can hold
    error_message(ErrorCode::io, [&] { write_image(folder.path() / "long.jpg", long_side); });
    CHECK(file_count(folder.path()) == 2);
}

TEST_CASE("a reader never sees a half-written picture") {
    ScratchFolder folder;
    fs::path path = folder.path() / "live.png";
    Image one = noise(40, 40, PixelFormat::rgb8, 1), two = noise(40, 40, PixelFormat::rgb8, 2);
    write_image(path, one);
    std::thread writer([&] {
        for (int i = 0; i < 40; ++i) write_image(path, i % 2 ? one : two);
    });
    int wrong = 0;
    for (int i = 0; i < 40; ++i) {
        Image seen = read_image(path);
        if (largest_difference(seen, one) != 0 && largest_difference(seen, two) != 0) ++wrong;
    }
    writer.join();
    CHECK(wrong == 0);
    CHECK(file_count(folder.path()) == 1);
}

TEST_CASE("endings of pictures are known whatever their case") {
    for (const char* name : {"a.jpg", "b.JPEG", "c.Png", "d.webp", "e.BMP", "f.tif", "g.tiff", "h.ppm", "i.pgm"}) {
        CHECK(is_image_path(name));
    }
    for (const char* name : {"a.txt", "jpg", "b", "c.jpg.part", "d.mp4", ".jpg"}) CHECK_FALSE(is_image_path(name));
}
