#include "emotion/interop/opencv.hpp"

#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("a Mat is seen without a copy: three channels are bgr8 unless told, one is gray8") {
    cv::Mat mat(6, 8, CV_8UC3, cv::Scalar(1, 2, 3));
    ImageView view = as_view(mat);
    CHECK(view.data == mat.data);
    CHECK(view.height == 6);
    CHECK(view.width == 8);
    CHECK(view.format == PixelFormat::bgr8);
    CHECK(as_view(mat, PixelFormat::rgb8).format == PixelFormat::rgb8);
    ImageView part = as_view(mat(cv::Rect(2, 1, 3, 4)));
    CHECK(part.data == mat.data + 24 + 6);
    CHECK(part.row_stride == 24);
    CHECK(part.width == 3);
    CHECK(as_view(cv::Mat(2, 2, CV_8U, cv::Scalar(0))).format == PixelFormat::gray8);
}

TEST_CASE("a Mat of another type is refused by name") {
    std::string message =
        error_message(ErrorCode::invalid_argument, [] { as_view(cv::Mat(2, 2, CV_32FC3, cv::Scalar())); });
    CHECK(message == "as_view: expected a cv::Mat of 8 bits with 3 channel(s) for bgr8, got CV_32FC3");
    error_message(ErrorCode::invalid_argument, [] { as_view(cv::Mat()); });
    error_message(ErrorCode::invalid_argument, [] { as_view(cv::Mat(2, 2, CV_8UC4, cv::Scalar())); });
    error_message(ErrorCode::invalid_argument, [] { as_view(cv::Mat(2, 2, CV_8U, cv::Scalar()), PixelFormat::rgb8); });
}

TEST_CASE("a picture becomes a Mat that shares its memory") {
    Image image = noise(5, 7, PixelFormat::rgb8);
    cv::Mat mat = as_mat(image);
    CHECK(mat.type() == CV_8UC3);
    CHECK(mat.data == image.data());
    mat.at<cv::Vec3b>(4, 6)[2] = 99;
    CHECK(image.row(4)[20] == 99);
    ImageView part = image.view().part(1, 2, 3, 2);
    cv::Mat part_mat = as_mat(part);
    CHECK(part_mat.step[0] == 21);
    CHECK(largest_difference(as_view(part_mat, PixelFormat::rgb8), part) == 0);
    error_message(ErrorCode::invalid_argument, [] { as_mat(ImageView{}); });
}
