#include "emotion/alignment.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace emotion;

namespace {

CropSpec crop_spec() {
    CropSpec crop;
    crop.landmarks = {{{15.7f, 19.1f}, {32.5f, 18.3f}, {24.2f, 28.2f}, {18.1f, 36.5f}, {31.9f, 35.9f}}};
    crop.margin = 0.25f;
    return crop;
}

/// The face whose landmarks are where `image_from_crop` puts those of the crop.
Face face_at(const CropSpec& crop, const Similarity& image_from_crop) {
    Face face{{10, 20, 60, 90}, 0.9f, Landmarks{}};
    for (std::size_t i = 0; i < 5; ++i)
        (*face.landmarks)[i] = image_from_crop.apply({(*crop.landmarks)[i][0], (*crop.landmarks)[i][1]});
    return face;
}

/// A picture whose red and green tell the place: (2 x, 2 y, 40) at pixel (x, y).
Image place_picture(int height, int width) {
    Image image(height, width, PixelFormat::rgb8);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            image.row(y)[3 * x] = static_cast<std::uint8_t>(2 * x);
            image.row(y)[3 * x + 1] = static_cast<std::uint8_t>(2 * y);
            image.row(y)[3 * x + 2] = 40;
        }
    return image;
}

}  // namespace

TEST_CASE("A turned, scaled and moved face is brought back by its landmarks") {
    const CropSpec crop = crop_spec();
    for (double angle : {0.0, 0.5, -1.2, 3.1})
        for (double scale : {0.2, 1.0, 7.0}) {
            INFO("angle " << angle << ", scale " << scale);
            const Similarity image_from_crop{static_cast<float>(scale * std::cos(angle)),
                                             static_cast<float>(scale * std::sin(angle)), 120, 45};
            const Similarity crop_from_face = crop_from_image(face_at(crop, image_from_crop), crop, 48, 48);
            for (const Point p : {Point{0, 0}, Point{48, 0}, Point{20, 47}}) {
                const Point back = crop_from_face.apply(image_from_crop.apply(p));
                CHECK(back.x == Approx(p.x).margin(2e-3));
                CHECK(back.y == Approx(p.y).margin(2e-3));
            }
        }
}

TEST_CASE("A box becomes a square around its centre, grown by the margin") {
    CropSpec crop = crop_spec();
    crop.landmarks.reset();
    const Face face{{10, 20, 50, 100}, 0.9f, Landmarks{}};  // 40 x 80 around (30, 60); grown: 120
    const Similarity crop_from_face = crop_from_image(face, crop, 48, 48);
    CHECK(crop_from_face.apply({30 - 60, 60 - 60}).x == Approx(0).margin(1e-4));
    CHECK(crop_from_face.apply({30 - 60, 60 - 60}).y == Approx(0).margin(1e-4));
    CHECK(crop_from_face.apply({30 + 60, 60 + 60}).x == Approx(48));
    CHECK(crop_from_face.apply({30 + 60, 60 + 60}).y == Approx(48));
    CHECK(crop_from_face.angle() == 0);
}

TEST_CASE("In a crop that is not square the whole square fits, in the middle") {
    CropSpec crop;
    const Similarity crop_from_face = crop_from_image({{0, 0, 10, 10}, 1, std::nullopt}, crop, 20, 40);
    CHECK(crop_from_face.apply({0, 0}) == Point{10, 0});
    CHECK(crop_from_face.apply({10, 10}) == Point{30, 20});
}

TEST_CASE("Landmarks that tell no similarity leave the box") {
    const CropSpec crop = crop_spec();
    Face face{{10, 20, 60, 90}, 0.9f, std::nullopt};
    const Similarity from_box = crop_from_image(face, crop, 48, 48);
    face.landmarks = Landmarks{};  // all at one place
    CHECK(crop_from_image(face, crop, 48, 48) == from_box);
}

TEST_CASE("Boxes without area and numbers that are not finite are refused") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const CropSpec crop = crop_spec();
    for (const Rect& box : {Rect{10, 10, 10, 20}, Rect{20, 10, 10, 20}, Rect{nan, 0, 10, 10},
                            Rect{0, 0, std::numeric_limits<float>::infinity(), 10}, Rect{-3e38f, -3e38f, 3e38f, 3e38f}})
        error_message(ErrorCode::invalid_argument, [&] { crop_from_image({box, 1, std::nullopt}, crop, 48, 48); });
    Face face = face_at(crop, {});
    (*face.landmarks)[3].y = nan;
    error_message(ErrorCode::invalid_argument, [&] { crop_from_image(face, crop, 48, 48); });
    error_message(ErrorCode::invalid_argument, [&] { crop_from_image(face_at(crop, {}), crop, 0, 48); });
    CropSpec negative = crop;
    negative.margin = -0.5f;
    error_message(ErrorCode::invalid_argument, [&] { crop_from_image(face_at(crop, {}), negative, 48, 48); });
}

TEST_CASE("A crop that is a part of the picture has its pixels") {
    const Image image = place_picture(90, 120);
    const CropSpec crop = crop_spec();
    const std::vector<Face> faces{face_at(crop, {1, 0, 33, 12})};
    const std::vector<Image> crops = align_faces(image, faces, crop, 48, 48);
    REQUIRE(crops.size() == 1);
    REQUIRE(crops[0].height() == 48);
    REQUIRE(crops[0].format() == PixelFormat::rgb8);
    int worst = 0;
    for (int y = 0; y < 48; ++y)
        for (int x = 0; x < 48; ++x) {
            worst = std::max(worst, std::abs(crops[0].row(y)[3 * x] - 2 * (x + 33)));
            worst = std::max(worst, std::abs(crops[0].row(y)[3 * x + 1] - 2 * (y + 12)));
            worst = std::max(worst, std::abs(crops[0].row(y)[3 * x + 2] - 40));
        }
    CHECK(worst <= 1);
}

TEST_CASE("Outside the picture its edge pixels repeat") {
    const Image image = place_picture(60, 60);
    CropSpec crop;
    const std::vector<Face> faces{{{-30, -30, 18, 18}, 1, std::nullopt}};
    const std::vector<Image> crops = align_faces(image, faces, crop, 48, 48);
    CHECK(crops[0].row(0)[0] == 0);
    CHECK(crops[0].row(0)[2] == 40);
    CHECK(crops[0].row(47)[3 * 47] == 2 * 17);
    CHECK(align_faces(image, {}, crop, 48, 48).empty());
}
