#include "emotion/video_writer.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <opencv2/videoio.hpp>
#include <thread>

#include "emotion/video_source.hpp"
#include "support/catch.hpp"
#include "support/pictures.hpp"
#include "unit/image/pictures.hpp"
#include "unit/media/file_size_limit.hpp"

using namespace emotion;

namespace {

struct Seen {
    std::vector<double> times;
    std::vector<int> greys;  ///< of the picture's middle
    int height = 0, width = 0;
};

Seen watch(const std::filesystem::path& path) {
    VideoSourceOptions options;
    options.format = PixelFormat::gray8;
    VideoSource source(path.string(), options);
    Seen seen;
    while (const auto frame = source.read()) {
        seen.times.push_back(frame->time_s);
        seen.greys.push_back(frame->image.row(frame->image.height() / 2)[frame->image.width() / 2]);
        seen.height = frame->image.height();
        seen.width = frame->image.width();
    }
    return seen;
}

int opencv_count(const std::filesystem::path& path) {
    cv::VideoCapture capture(path.string(), cv::CAP_FFMPEG);
    cv::Mat picture;
    int count = 0;
    while (capture.read(picture)) ++count;
    return count;
}

Image plain(int height, int width, int grey) {
    Image image(height, width, PixelFormat::bgr8);
    test_pictures::paint(image, 0, 0, width, height, grey, grey, grey);
    return image;
}

}  // namespace

TEST_CASE("what is written is read again: sizes, times and pictures, by us and by OpenCV") {
    ScratchFolder folder;
    for (const char* encoder : {"auto", "mpeg4"}) {
        INFO(encoder);
        const auto path = folder.path() / "new" / "a.mp4";
        VideoWriter writer(path, 48, 64, 25, {encoder});
        for (int i = 0; i < 70; ++i) writer.write(plain(48, 64, 40 + 2 * i));
        CHECK(writer.frame_count() == 70);
        CHECK(writer.path() == path);
        CHECK(writer.encoder() != "auto");
        writer.close();
        writer.close();
        const Seen seen = watch(path);
        REQUIRE(seen.times.size() == 70);
        CHECK(seen.height == 48);
        CHECK(seen.width == 64);
        for (std::size_t i = 0; i < 70; ++i) {
            CHECK(seen.times[i] == Approx(static_cast<double>(i) / 25).margin(1e-4));
            CHECK(std::abs(seen.greys[i] - 40 - 2 * static_cast<int>(i)) < 6);
        }
        CHECK(opencv_count(path) == 70);
        CHECK(
            error_message(ErrorCode::invalid_argument, [&] { writer.write(plain(48, 64, 0)); }).ends_with("is closed"));
    }
}

TEST_CASE("times given keep their places, gaps among them") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    const std::vector<double> times{1000.5, 1000.54, 1000.7, 1004.25, 1004.251, 1100};
    {
        VideoWriter writer(path, 48, 64, 25);
        for (const double time : times) writer.write(plain(48, 64, 100), time);
    }
    const Seen seen = watch(path);
    REQUIRE(seen.times.size() == times.size());
    for (std::size_t i = 0; i < times.size(); ++i) CHECK(seen.times[i] == Approx(times[i] - 1000.5).margin(1e-3));
}

TEST_CASE("odd sides grow by one pixel; every format and stride is taken") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    const Image large = hills(80, 90, PixelFormat::rgb8);
    {
        VideoWriter writer(path, 33, 45, 25);
        writer.write(large.view().part(3, 4, 45, 33));
        writer.write(convert(large.view().part(3, 4, 45, 33), PixelFormat::gray8));
    }
    const Seen seen = watch(path);
    CHECK(seen.times.size() == 2);
    CHECK(seen.height == 34);
    CHECK(seen.width == 46);
    VideoSource source(path.string());
    const auto frame = source.read();
    REQUIRE(frame);
    const Image expected = convert(large.view().part(3, 4, 45, 33), PixelFormat::bgr8);
    CHECK(largest_difference(frame->image.view().part(0, 0, 45, 33), expected) < 40);
    CHECK(std::abs(frame->image.row(10)[3 * 45] - frame->image.row(10)[3 * 44]) < 12);
}

TEST_CASE("the file is a video at every moment while it grows") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    VideoWriter writer(path, 48, 64, 10);
    for (int i = 0; i < 55; ++i) {
        writer.write(plain(48, 64, 100));
        // At 10 pictures a second a fragment has ten; the one before its end is out when the next key frame is in.
        if (i == 10 || i == 33 || i == 54) {
            CHECK(static_cast<int>(watch(path).times.size()) >= i - 10);
            CHECK(opencv_count(path) >= i - 10);
        }
    }
}

TEST_CASE("where pictures come slowly a fragment is written every second by the clock") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    VideoWriter writer(path, 48, 64, 25);
    for (int i = 0; i < 10; ++i) writer.write(plain(48, 64, 100));
    CHECK(watch(path).times.empty());
    std::this_thread::sleep_for(std::chrono::milliseconds(1050));
    for (int i = 0; i < 2; ++i) writer.write(plain(48, 64, 100));
    CHECK(watch(path).times.size() == 10);
    CHECK(opencv_count(path) == 10);
    for (int i = 0; i < 30; ++i) writer.write(plain(48, 64, 100));
    writer.close();
    CHECK(watch(path).times.size() == 42);
    CHECK(opencv_count(path) == 42);
}

TEST_CASE("after kill -9 at most the last second is lost") {
    ScratchFolder folder;
    for (const char* encoder : {"auto", "mpeg4"}) {
        INFO(encoder);
        const auto path = folder.path() / "a.mp4";
        const pid_t child = ::fork();
        if (child == 0) {
            VideoWriter writer(path, 48, 64, 25, {encoder});
            for (int i = 0; i < 140; ++i) writer.write(plain(48, 64, 40 + i));
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status));
        const Seen seen = watch(path);
        CHECK(seen.times.size() >= 115);
        CHECK(seen.times.size() < 140);
        for (std::size_t i = 0; i < seen.greys.size(); ++i)
            CHECK(std::abs(seen.greys[i] - 40 - static_cast<int>(i)) < 6);
        CHECK(opencv_count(path) == static_cast<int>(seen.times.size()));
    }
}

TEST_CASE("on a full disk the video written before is good, and every later call says what happened") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    VideoWriter writer(path, 120, 160, 25);
    std::string message;
    {
        FileSizeLimit limit(300'000);
        message = error_message(ErrorCode::io, [&] {
            for (unsigned i = 0; i < 1000; ++i) writer.write(noise(120, 160, PixelFormat::rgb8, i));
        });
    }
    CHECK(message.find("cannot write " + path.string() + ": File too large") != std::string::npos);
    CHECK(error_message(ErrorCode::io, [&] { writer.write(noise(120, 160, PixelFormat::rgb8)); }) == message);
    CHECK(error_message(ErrorCode::io, [&] { writer.close(); }) == message);
    const auto count = watch(path).times.size();
    CHECK(count >= 5);
    CHECK(opencv_count(path) == static_cast<int>(count));
}

TEST_CASE("what cannot be written is refused with a sentence and leaves no file") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    auto invalid = [](auto call) { return error_message(ErrorCode::invalid_argument, call); };
    CHECK(invalid([&] { VideoWriter(folder.path() / "a.avi", 48, 64, 25); }).ends_with("must be .mp4"));
    CHECK(invalid([&] { VideoWriter(path, 1, 64, 25); }).ends_with("height must be in [2, 16384], got 1"));
    CHECK(invalid([&] { VideoWriter(path, 48, 20000, 25); }).ends_with("width must be in [2, 16384], got 20000"));
    CHECK(invalid([&] { VideoWriter(path, 48, 64, 0); }).ends_with("fps must be in (0, 1000], got 0"));
    CHECK(invalid([&] { VideoWriter(path, 48, 64, 25, {"vp9"}); }).find("'vp9'") != std::string::npos);
    CHECK(invalid([&] { VideoWriter(path, 48, 64, 25, {"auto", 0}); }).ends_with("quality must be in [1, 51], got 0"));
    CHECK_FALSE(std::filesystem::exists(path));
    VideoWriter writer(path, 48, 64, 25);
    CHECK(invalid([&] { writer.write(plain(64, 48, 0)); }) ==
          "VideoWriter: the picture has 48 x 64 px, expected 64 x 48");
    writer.write(plain(48, 64, 0), 5);
    CHECK(invalid([&] { writer.write(plain(48, 64, 0), 5); }).find("must be above 5") != std::string::npos);
    CHECK(invalid([&] { writer.write(plain(48, 64, 0), std::nan("")); }).find("nan") != std::string::npos);
    writer.write(plain(48, 64, 0), 6);  // a refused picture does no harm
    writer.close();
    CHECK(watch(path).times.size() == 2);
}

TEST_CASE("a smaller quality number makes a larger file") {
    ScratchFolder folder;
    auto bytes = [&](const char* encoder, int quality) {
        const auto path = folder.path() / "a.mp4";
        VideoWriter writer(path, 96, 128, 25, {encoder, quality});
        for (unsigned i = 0; i < 10; ++i) writer.write(noise(96, 128, PixelFormat::rgb8, i));
        writer.close();
        return std::filesystem::file_size(path);
    };
    for (const char* encoder : {"auto", "mpeg4"}) CHECK(bytes(encoder, 15) > bytes(encoder, 35) * 3 / 2);
}
