#include "image/picture_file.hpp"

#include <random>

#include "picture_bytes.hpp"
#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("kind and stored size come from the file's frame") {
    Image image = noise(21, 34, PixelFormat::rgb8);
    for (auto [ending, kind] : {std::pair{".jpg", PictureKind::jpeg},
                                {".png", PictureKind::png},
                                {".bmp", PictureKind::bmp},
                                {".tif", PictureKind::tiff},
                                {".webp", PictureKind::webp},
                                {".ppm", PictureKind::pnm}}) {
        INFO(ending);
        PictureFile file = inspect_picture(encoded(image, ending));
        CHECK(file.kind == kind);
        CHECK(file.complete);
        CHECK(file.orientation == 1);
        if (kind == PictureKind::webp || kind == PictureKind::pnm) continue;
        CHECK(file.width == 34);
        CHECK(file.height == 21);
    }
    PictureBytes text{'P', 'a', 'r', 'i', 's'};
    CHECK(inspect_picture(text).kind == PictureKind::unknown);
    CHECK(inspect_picture({}).kind == PictureKind::unknown);
}

TEST_CASE("the orientation is read in both byte orders; nonsense counts as upright") {
    PictureBytes jpeg = encoded(noise(8, 8, PixelFormat::rgb8), ".jpg");
    for (bool little : {false, true}) {
        for (int orientation = 1; orientation <= 8; ++orientation) {
            CHECK(inspect_picture(jpeg_with_exif(jpeg, exif_body(orientation, little))).orientation == orientation);
        }
        CHECK(inspect_picture(jpeg_with_exif(jpeg, exif_body(0, little))).orientation == 1);
        CHECK(inspect_picture(jpeg_with_exif(jpeg, exif_body(9, little))).orientation == 1);
    }
    PictureBytes beyond = exif_body(6, true);
    beyond[4] = 0xFF, beyond[5] = 0xFF, beyond[6] = 0xFF, beyond[7] = 0xFF;  // the directory lies outside
    CHECK(inspect_picture(jpeg_with_exif(jpeg, beyond)).orientation == 1);
}

TEST_CASE("the thumbnail's end in an EXIF block is not the picture's end") {
    PictureBytes jpeg = encoded(noise(16, 16, PixelFormat::rgb8), ".jpg"), body = exif_body(3, true);
    body.insert(body.end(), {0xFF, 0xD8, 0xFF, 0xD9});
    PictureBytes file = jpeg_with_exif(jpeg, body);
    CHECK(inspect_picture(file).complete);
    CHECK_FALSE(inspect_picture(std::span(file).first(file.size() - 2)).complete);
}

TEST_CASE("progressive and restart-marked JPEG files are complete until their last marker goes") {
    Image image = noise(64, 64, PixelFormat::rgb8);
    for (const std::vector<int>& options :
         {std::vector<int>{cv::IMWRITE_JPEG_PROGRESSIVE, 1}, {cv::IMWRITE_JPEG_RST_INTERVAL, 1}}) {
        PictureBytes jpeg = encoded(image, ".jpg", options);
        CHECK(inspect_picture(jpeg).complete);
        CHECK_FALSE(inspect_picture(std::span(jpeg).first(jpeg.size() - 1)).complete);
        jpeg.insert(jpeg.end(), 300, 0x00);  // what some cameras append
        CHECK(inspect_picture(jpeg).complete);
    }
}

TEST_CASE("no bytes make the inspection read outside or run for ever") {
    Image image = noise(12, 12, PixelFormat::rgb8);
    std::mt19937 random(11);
    for (const char* ending : {".jpg", ".png", ".bmp", ".tif", ".webp", ".ppm"}) {
        PictureBytes whole = encoded(image, ending);
        if (std::string(ending) == ".jpg") whole = jpeg_with_exif(whole, exif_body(6, false));
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            PictureBytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            part.shrink_to_fit();
            PictureFile file = inspect_picture(part);
            bool framed = file.kind == PictureKind::jpeg || file.kind == PictureKind::png;
            if (framed && size < whole.size()) CHECK_FALSE(file.complete);
        }
        for (int i = 0; i < 300; ++i) {
            PictureBytes damaged = whole;
            for (int k = 0; k < 4; ++k) damaged[random() % std::min<std::size_t>(damaged.size(), 200)] = random() & 255;
            PictureFile file = inspect_picture(damaged);
            CHECK(file.orientation >= 1);
            CHECK(file.orientation <= 8);
        }
    }
}
