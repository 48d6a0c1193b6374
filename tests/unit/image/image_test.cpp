#include "emotion/image.hpp"

#include <opencv2/core/utility.hpp>

#include "emotion/threads.hpp"
#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("a view says what is wrong with it, with the value and the bound") {
    Image image(4, 5, PixelFormat::rgb8);
    auto message = [](ImageView view) {
        return error_message(ErrorCode::invalid_argument, [&] { view.validate("FaceDetector"); });
    };
    CHECK_NOTHROW(image.view().validate("FaceDetector"));
    ImageView view = image;
    view.height = 0;
    CHECK(message(view) == "FaceDetector: image has height 0, expected at least 1");
    view = image;
    view.width = -3;
    CHECK(message(view) == "FaceDetector: image has width -3, expected at least 1");
    view = image;
    view.data = nullptr;
    CHECK(message(view) == "FaceDetector: image has no memory");
    view = image;
    view.row_stride = 14;
    CHECK(message(view) == "FaceDetector: image has a row stride of 14 bytes, expected at least 15 for 5 px of rgb8");
    CHECK(message(ImageView{}) == "FaceDetector: image has height 0, expected at least 1");
}

TEST_CASE("a part shares the memory, and must lie inside") {
    Image image = noise(8, 10, PixelFormat::bgr8);
    ImageView part = image.view().part(3, 2, 4, 5);
    CHECK(part.data == image.row(2) + 9);
    CHECK(part.row_stride == image.row_stride());
    CHECK(part.part(1, 1, 1, 1).data == image.row(3) + 12);
    CHECK_NOTHROW(image.view().part(0, 0, 10, 8));
    for (auto [x, y, w, h] :
         {std::array{7, 0, 4, 1}, {0, 5, 1, 4}, {-1, 0, 2, 2}, {0, 0, 0, 1}, {0, 0, INT32_MAX, 1}, {10, 0, 1, 1}}) {
        error_message(ErrorCode::invalid_argument, [&, x = x, y = y, w = w, h = h] { image.view().part(x, y, w, h); });
    }
}

TEST_CASE("a picture of a view with gaps between its rows is packed and has the same pixels") {
    for (PixelFormat format : {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::gray8}) {
        Image large = noise(9, 11, format);
        ImageView part = large.view().part(2, 3, 5, 4);
        Image copy(part);
        CHECK(copy.row_stride() == 5 * channels(format));
        CHECK(largest_difference(copy, part) == 0);
        large.row(3)[2 * channels(format)] ^= 255;
        CHECK(largest_difference(copy, part) > 0);
    }
    error_message(ErrorCode::invalid_argument, [] { Image(0, 4, PixelFormat::rgb8); });
    error_message(ErrorCode::runtime, [] { Image(INT32_MAX, INT32_MAX, PixelFormat::rgb8); });
}

TEST_CASE("conversion between colour orders is exact both ways, grey follows BT.601") {
    Image rgb = noise(7, 13, PixelFormat::rgb8);
    Image bgr = convert(rgb, PixelFormat::bgr8);
    Image gray = convert(rgb, PixelFormat::gray8);
    CHECK(bgr.format() == PixelFormat::bgr8);
    CHECK(largest_difference(convert(bgr, PixelFormat::rgb8), rgb) == 0);
    CHECK(largest_difference(convert(bgr, PixelFormat::gray8), gray) == 0);
    for (int y = 0; y < 7; ++y) {
        for (int x = 0; x < 13; ++x) {
            const std::uint8_t* p = rgb.row(y) + 3 * x;
            CHECK(bgr.row(y)[3 * x] == p[2]);
            CHECK(gray.row(y)[x] == Approx(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]).margin(0.51));
        }
    }
    Image colored = convert(gray, PixelFormat::rgb8);
    CHECK(colored.row(2)[7] == gray.row(2)[2]);
    CHECK(largest_difference(convert(colored, PixelFormat::gray8), gray) == 0);
}

TEST_CASE("resizing keeps a plain colour, works from and to one pixel, and does not alias") {
    Image plain(17, 23, PixelFormat::rgb8);
    for (int i = 0; i < 17 * 23; ++i) plain.data()[3 * i] = 200, plain.data()[3 * i + 2] = 7;
    for (auto [h, w] : {std::array{17, 23}, {1, 1}, {5, 7}, {40, 50}, {40, 3}, {3, 90}, {17, 11}, {34, 46}}) {
        Image other = resize(plain, h, w);
        REQUIRE(other.height() == h);
        REQUIRE(other.width() == w);
        for (int i = 0; i < h * w; ++i) {
            REQUIRE(other.data()[3 * i] == 200);
            REQUIRE(other.data()[3 * i + 1] == 0);
            REQUIRE(other.data()[3 * i + 2] == 7);
        }
    }
    CHECK(resize(noise(1, 1, PixelFormat::gray8), 9, 9).row(8)[8] == noise(1, 1, PixelFormat::gray8).row(0)[0]);
    for (auto [h, w] : {std::array{50, 50}, {31, 27}, {8, 90}, {12, 12}}) {
        Image small = resize(checkerboard(100, 100, PixelFormat::gray8), h, w);
        double sum = 0;
        for (int i = 0; i < h * w; ++i) sum += small.data()[i];
        CHECK(sum / (h * w) == Approx(127.5).margin(1));
        if (h <= 12) continue;
        for (int i = 0; i < h * w; ++i) REQUIRE(std::abs(small.data()[i] - 127.5) < 45);
    }
    error_message(ErrorCode::invalid_argument, [&] { resize(plain, 0, 4); });
}

TEST_CASE("one axis may grow while the other shrinks") {
    Image image = hills(60, 40, PixelFormat::bgr8);
    Image both = resize(image, 30, 80);
    Image steps = resize(resize(image, 30, 40), 30, 80);
    CHECK(largest_difference(both, steps) <= 1);
}

TEST_CASE("set_num_threads reaches OpenCV") {
    set_num_threads(2);
    CHECK(cv::getNumThreads() == 2);
    set_num_threads(1);
    CHECK(cv::getNumThreads() == 1);
}
