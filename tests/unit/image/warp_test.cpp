#include <cmath>
#include <limits>
#include <vector>

#include "image/sampling.hpp"
#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;

namespace {

/// One bilinear sample by the definition, the edge pixels repeated outside.
double bilinear(const ImageView& image, double x, double y, int channel) {
    auto pixel = [&](double column, double row) {
        int c = static_cast<int>(std::clamp(column, 0.0, image.width - 1.0));
        int r = static_cast<int>(std::clamp(row, 0.0, image.height - 1.0));
        return static_cast<double>(image.row(r)[c * channels(image.format) + channel]);
    };
    x -= 0.5, y -= 0.5;
    double x0 = std::floor(x), y0 = std::floor(y), fx = x - x0, fy = y - y0;
    return (1 - fy) * ((1 - fx) * pixel(x0, y0) + fx * pixel(x0 + 1, y0)) +
           fy * ((1 - fx) * pixel(x0, y0 + 1) + fx * pixel(x0 + 1, y0 + 1));
}

/// The mean over the area of a crop pixel, by brute force: 16 * 16 samples.
double reference(const ImageView& image, const Similarity& image_from_crop, int x, int y, int channel, int samples) {
    double sum = 0;
    for (int i = 0; i < samples; ++i) {
        for (int j = 0; j < samples; ++j) {
            Point p = image_from_crop.apply(
                {static_cast<float>(x + (j + 0.5) / samples), static_cast<float>(y + (i + 0.5) / samples)});
            sum += bilinear(image, p.x, p.y, channel);
        }
    }
    return sum / (samples * samples);
}

Similarity crop_around(Point center, float scale, float angle, int size) {
    float a = scale * std::cos(angle), b = scale * std::sin(angle), half = static_cast<float>(size) / 2;
    return {a, b, half - (a * center.x - b * center.y), half - (b * center.x + a * center.y)};
}

}  // namespace

TEST_CASE("warp with the identity is the picture, a shift is a part of it") {
    for (PixelFormat format : {PixelFormat::rgb8, PixelFormat::gray8}) {
        Image image = noise(30, 41, format);
        CHECK(largest_difference(warp(image, {}, 30, 41), image) == 0);
        CHECK(largest_difference(warp(image, {1, 0, -7, -5}, 12, 20), image.view().part(7, 5, 20, 12)) == 0);
    }
}

TEST_CASE("warp by a scale alone is resize") {
    Image image = noise(96, 120, PixelFormat::bgr8);
    for (int factor : {2, 3, 4, 6, 8}) {
        INFO("shrunk by " << factor);
        Image warped = warp(image, {1.0f / static_cast<float>(factor), 0, 0, 0}, 96 / factor, 120 / factor);
        Image resized = resize(image, 96 / factor, 120 / factor);
        if (factor == 2) CHECK(largest_difference(warped, resized) <= 1);
        CHECK(largest_difference(warp(hills(96, 120, PixelFormat::bgr8), {1.0f / static_cast<float>(factor), 0, 0, 0},
                                      96 / factor, 120 / factor),
                                 resize(hills(96, 120, PixelFormat::bgr8), 96 / factor, 120 / factor)) <= 2);
    }
    CHECK(largest_difference(warp(image, {2, 0, 0, 0}, 192, 240), resize(image, 192, 240)) <= 1);
}

TEST_CASE("warp agrees with a plain reference, turned, grown and partly outside") {
    Image image = hills(160, 200, PixelFormat::rgb8), rough = noise(160, 200, PixelFormat::rgb8);
    for (float scale : {2.5f, 1.0f, 0.6f, 0.3f}) {
        for (float angle : {0.0f, 0.4f, -2.0f}) {
            for (Point center : {Point{100, 80}, Point{4, 150}, Point{-300, 20}}) {
                Similarity crop_from_image = crop_around(center, scale, angle, 24);
                Similarity back = crop_from_image.inverse();
                Image crop = warp(image, crop_from_image, 24, 24), grown = warp(rough, crop_from_image, 24, 24);
                for (int y = 0; y < 24; y += 5) {
                    for (int x = 0; x < 24; x += 3) {
                        INFO("scale " << scale << " angle " << angle << " at " << center.x << ", " << x << " " << y);
                        int samples = scale >= 1 ? 1 : 16;
                        CHECK(int(crop.row(y)[3 * x + 1]) ==
                              Approx(reference(image, back, x, y, 1, samples)).margin(1.6));
                        if (scale < 1) continue;
                        CHECK(int(grown.row(y)[3 * x + 2]) == Approx(reference(rough, back, x, y, 2, 1)).margin(0.7));
                    }
                }
            }
        }
    }
}

TEST_CASE("a checkerboard shrunk by any factor and turned by any angle is grey, not a pattern") {
    Image board = checkerboard(600, 600, PixelFormat::gray8);
    for (float factor : {2.0f, 2.3f, 2.9f, 3.0f, 3.7f, 5.0f, 6.25f, 9.5f}) {
        for (float angle : {0.0f, 0.3f, 0.785f, 1.4f}) {
            Image crop = warp(board, crop_around({300.3f, 299.6f}, 1 / factor, angle, 48), 48, 48);
            double sum = 0, squares = 0;
            for (int i = 0; i < 48 * 48; ++i) {
                sum += crop.data()[i];
                squares += std::pow(crop.data()[i] - 127.5, 2);
            }
            INFO("factor " << factor << " angle " << angle);
            CHECK(sum / (48 * 48) == Approx(127.5).margin(2));
            // The exact mean over a square set on its corner leaves a little of the pattern too; unfiltered it is 127.
            CHECK(std::sqrt(squares / (48 * 48)) < 30);
        }
    }
}

TEST_CASE("every pixel of a shrunk region counts, and about the same") {
    // The mean of the crop is the mean of what it covers: noise would show a pixel left out.
    Image image = noise(400, 400, PixelFormat::gray8);
    for (float factor : {1.5f, 2.7f, 4.4f, 7.3f}) {
        int size = 40, covered = static_cast<int>(40 * factor);
        Image crop = warp(image, {1 / factor, 0, -50 / factor, -60 / factor}, size, size);
        double crop_mean = 0, mean = 0;
        for (int i = 0; i < size * size; ++i) crop_mean += crop.data()[i] / double(size * size);
        for (int y = 0; y < covered; ++y) {
            for (int x = 0; x < covered; ++x) mean += image.row(60 + y)[50 + x] / double(covered * covered);
        }
        CHECK(crop_mean == Approx(mean).margin(1.2));
    }
}

TEST_CASE("warp_into converts, normalises and agrees with warp") {
    Image rgb = noise(90, 110, PixelFormat::rgb8), bgr = convert(rgb, PixelFormat::bgr8);
    Similarity crop_from_image = crop_around({50, 40}, 0.45f, 0.2f, 32);
    PixelTransform transform{PixelFormat::rgb8, {100, 110, 120}, {0.02f, 0.03f, 0.04f}};
    std::vector<float> from_rgb(32 * 32 * 3), from_bgr(32 * 32 * 3), gray(32 * 32);
    warp_into(rgb, crop_from_image, 32, 32, transform, from_rgb.data());
    warp_into(bgr, crop_from_image, 32, 32, transform, from_bgr.data());
    CHECK(from_rgb == from_bgr);
    Image crop = warp(rgb, crop_from_image, 32, 32);
    for (std::size_t i = 0; i < from_rgb.size(); ++i) {
        double level = static_cast<double>(from_rgb[i] / transform.scale[i % 3] + transform.mean[i % 3]);
        REQUIRE(level == Approx(static_cast<double>(crop.data()[i])).margin(0.51));
    }
    PixelTransform to_gray{PixelFormat::gray8, {10}, {2}};
    warp_into(bgr, crop_from_image, 32, 32, to_gray, gray.data());
    Image gray_crop = convert(crop, PixelFormat::gray8);
    for (std::size_t i = 0; i < gray.size(); ++i) {
        REQUIRE(gray[i] / 2 + 10 == Approx(static_cast<double>(gray_crop.data()[i])).margin(1.1));
    }
    warp_into(gray_crop, {}, 32, 32, transform, from_rgb.data());
    CHECK(from_rgb[3] / 0.02f + 100 == Approx(gray_crop.row(0)[1]).margin(0.01));
    CHECK(from_rgb[5] / 0.04f + 120 == Approx(gray_crop.row(0)[1]).margin(0.01));
    to_gray.per_image = true;
    warp_into(rgb, crop_from_image, 32, 32, to_gray, gray.data());
    double sum = 0, squares = 0;
    for (float value : gray) sum += value, squares += static_cast<double>(value) * value;
    CHECK(sum / 1024 == Approx(0).margin(1e-5));
    CHECK(squares / 1024 == Approx(1).epsilon(1e-4));
}

TEST_CASE("a turn of the picture and of the crop with it changes nothing") {
    Image image = hills(100, 100, PixelFormat::rgb8), turned(100, 100, PixelFormat::rgb8);
    for (int y = 0; y < 100; ++y) {
        for (int x = 0; x < 100; ++x) {
            for (int c = 0; c < 3; ++c) turned.row(x)[(99 - y) * 3 + c] = image.row(y)[3 * x + c];
        }
    }
    Similarity turned_from_image{0, 1, 100, 0};
    Similarity crop_from_image = crop_around({45, 60}, 0.5f, 0.3f, 30);
    Image crop = warp(image, crop_from_image, 30, 30);
    CHECK(largest_difference(warp(turned, crop_from_image * turned_from_image.inverse(), 30, 30), crop) <= 2);
}

TEST_CASE("crops of tiny pictures, far outside, and of any scale have values of the picture") {
    Image one(1, 1, PixelFormat::rgb8);
    one.data()[1] = 200;
    for (float scale : {1e-6f, 0.01f, 0.3f, 1.0f, 50.0f, 1e6f}) {
        for (float shift : {-1e30f, -1e6f, 0.0f, 3.5f, 1e6f, 1e30f}) {
            Image crop = warp(one, {scale, 0, shift, shift}, 5, 7);
            for (int i = 0; i < 35; ++i) REQUIRE(int(crop.data()[3 * i + 1]) == 200);
        }
    }
    Image large(3000, 20, PixelFormat::gray8);
    std::fill(large.data(), large.data() + 3000 * 20, std::uint8_t{77});
    CHECK(int(warp(large, {0.001f, 0, 0, 0}, 3, 1).row(2)[0]) == 77);
}

TEST_CASE("warp refuses a transform that is none") {
    Image image = noise(9, 9, PixelFormat::rgb8);
    float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(error_message(ErrorCode::invalid_argument, [&] {
              warp(image, {nan, 0, 0, 0}, 4, 4);
          }) == "warp: crop_from_image must be finite");
    error_message(ErrorCode::invalid_argument, [&] { warp(image, {0, 0, 1, 1}, 4, 4); });
    error_message(ErrorCode::invalid_argument, [&] { warp(image, {}, 0, 4); });
    error_message(ErrorCode::invalid_argument, [&] { warp(ImageView{}, {}, 4, 4); });
    float out[12];
    error_message(ErrorCode::invalid_argument, [&] { warp_into(image, {1, 0, 0, INFINITY}, 2, 2, {}, out); });
}
