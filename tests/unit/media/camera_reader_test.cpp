#include "media/camera_reader.hpp"

#include "emotion/video_writer.hpp"
#include "support/catch.hpp"
#include "unit/image/pictures.hpp"

using namespace emotion;

TEST_CASE("a camera that is not there is an error with its number and the system's words") {
    CHECK(error_message(ErrorCode::io, [] { open_camera(987); }) ==
          "VideoSource: cannot open camera 987 (/dev/video987): No such file or directory");
}

TEST_CASE("pictures of OpenCV's capture come in the format asked for, without a time of their own") {
    ScratchFolder folder;
    const Image image = hills(48, 64, PixelFormat::rgb8);
    {
        VideoWriter writer(folder.path() / "a.mp4", 48, 64, 25);
        for (int i = 0; i < 3; ++i) writer.write(image);
    }
    const std::atomic<bool> stop{false};
    for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::gray8}) {
        CameraReader reader(cv::VideoCapture((folder.path() / "a.mp4").string()), format, stop);
        CHECK(reader.properties().is_live);
        CHECK(reader.properties().height == 48);
        CHECK(reader.properties().width == 64);
        int count = 0;
        while (const auto frame = reader.next()) {
            CHECK(frame->number == count++);
            CHECK_FALSE(frame->time_s);
            CHECK(largest_difference(frame->image, convert(image, format)) < 40);
        }
        CHECK(count == 3);
    }
    const std::atomic<bool> stopped{true};
    CHECK_FALSE(CameraReader(cv::VideoCapture((folder.path() / "a.mp4").string()), PixelFormat::rgb8, stopped).next());
}
