#include "emotion/video_source.hpp"

#include <filesystem>
#include <thread>

#include "base/files.hpp"
#include "emotion/image_io.hpp"
#include "emotion/video_writer.hpp"
#include "support/catch.hpp"
#include "unit/image/pictures.hpp"

using namespace emotion;

namespace {

void write_video(const std::filesystem::path& path, int count) {
    VideoWriter writer(path, 48, 64, 25);
    const Image image = hills(48, 64, PixelFormat::rgb8);
    for (int i = 0; i < count; ++i) writer.write(image);
    writer.close();
}

}  // namespace

TEST_CASE("a file gives every picture with its number and time, then ends") {
    ScratchFolder folder;
    const std::string path = (folder.path() / "a.mp4").string();
    write_video(path, 60);
    VideoSource source(path);
    const VideoProperties properties = source.properties();
    CHECK(properties.height == 48);
    CHECK(properties.width == 64);
    CHECK(properties.fps.value_or(0) == Approx(25));
    CHECK(properties.frame_count == 60);
    CHECK_FALSE(properties.is_live);
    CHECK(source.name() == path);
    CHECK(source.health().connected);
    for (int i = 0; i < 60; ++i) {
        CHECK_FALSE(source.ended());
        const auto frame = source.read();
        REQUIRE(frame);
        CHECK(frame->number == i);
        CHECK(frame->time_s == Approx(i / 25.0).margin(1e-4));
        CHECK_FALSE(frame->after_gap);
    }
    CHECK_FALSE(source.read());
    CHECK(source.ended());
    CHECK_FALSE(source.read());
    const SourceHealth health = source.health();
    CHECK(health.frames_read == 60);
    CHECK(health.frames_delivered == 60);
    CHECK(health.frames_dropped == 0);
    CHECK(health.gaps.empty());
    CHECK(health.last_error.empty());
    CHECK_FALSE(health.connected);
}

TEST_CASE("a folder, one picture and a file:// address are sources too") {
    ScratchFolder folder;
    for (const char* name : {"2.png", "10.png"}) write_image(folder.path() / name, hills(20, 30, PixelFormat::rgb8));
    write_video(folder.path() / "a.mp4", 2);
    auto count = [](const std::string& text) {
        VideoSource source(text);
        int number = 0;
        while (source.read()) ++number;
        return number;
    };
    CHECK(count(folder.path().string()) == 2);
    CHECK(count((folder.path() / "2.png").string()) == 1);
    CHECK(count("file://" + (folder.path() / "a.mp4").string()) == 2);
}

TEST_CASE("what cannot be opened is an error with its name") {
    ScratchFolder folder;
    const std::string missing = (folder.path() / "missing.mp4").string();
    CHECK(error_message(ErrorCode::io, [&] { VideoSource{missing}; }) ==
          "VideoSource: there is no file or folder " + missing);
    CHECK(error_message(ErrorCode::io, [] { VideoSource("987"); }).find("camera 987") != std::string::npos);
    CHECK(error_message(ErrorCode::io, [] { VideoSource(987); }).find("camera 987") != std::string::npos);
    CHECK(error_message(ErrorCode::io, [] { VideoSource("/dev/video987"); }).find("camera 987") != std::string::npos);
    CHECK(error_message(ErrorCode::io, [] { VideoSource("/dev/null"); }).find("not a regular file") !=
          std::string::npos);
    CHECK(error_message(ErrorCode::io, [] { VideoSource(std::string(5000, 'x')); }).find("no file") !=
          std::string::npos);
    error_message(ErrorCode::invalid_argument, [] { VideoSource(""); });
    error_message(ErrorCode::invalid_argument, [] { VideoSource(-1); });
    const std::string refused = error_message(ErrorCode::io, [] { VideoSource("rtsp://admin:secret@127.0.0.1:1/x"); });
    CHECK(refused.find("rtsp://admin:***@127.0.0.1:1/x: Connection refused") != std::string::npos);
}

TEST_CASE("a live source that need not open is waited for, up to the limit of attempts") {
    VideoSourceOptions options;
    options.must_open = false;
    options.max_attempts = 2;
    options.first_pause_s = 0.05;
    VideoSource source("rtsp://admin:secret@127.0.0.1:1/x", options);
    CHECK(source.name() == "rtsp://admin:***@127.0.0.1:1/x");
    CHECK(source.properties().is_live);
    const std::string message = error_message(ErrorCode::io, [&] {
        while (!source.ended()) source.read();
    });
    CHECK(message.find("given up after 2 failures") != std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
    CHECK(source.ended());
}

TEST_CASE("options out of bounds are refused by name and value") {
    auto message = [](auto change) {
        VideoSourceOptions options;
        change(options);
        return error_message(ErrorCode::invalid_argument, [&] { VideoSource("x", options); });
    };
    const double nan = std::nan("");
    CHECK(message([](auto& o) { o.fps = 0; }) == "VideoSource: fps must be in (0, 1000], got 0");
    CHECK(message([&](auto& o) { o.fps = nan; }).find("fps") != std::string::npos);
    CHECK(message([](auto& o) { o.transport = "smoke"; }).find("'smoke'") != std::string::npos);
    CHECK(message([](auto& o) { o.open_timeout_s = -1; }).find("open_timeout_s") != std::string::npos);
    CHECK(message([&](auto& o) { o.read_timeout_s = nan; }).find("read_timeout_s") != std::string::npos);
    CHECK(message([](auto& o) { o.first_pause_s = 0; }).find("first_pause_s") != std::string::npos);
    CHECK(message([](auto& o) { o.longest_pause_s = 0.1; }).find("at least first_pause_s = 0.5, got 0.1") !=
          std::string::npos);
    CHECK(message([](auto& o) { o.max_attempts = -1; }).find("max_attempts") != std::string::npos);
}

TEST_CASE("pictures of a function are given as they come, and its errors come out") {
    int made = 0;
    auto source = VideoSource::from_function(
        [&]() -> std::optional<Image> {
            if (made == 3) return std::nullopt;
            return Image(10, 10 + made++, PixelFormat::gray8);
        },
        10);
    for (int i = 0; i < 3; ++i) {
        const auto frame = source.read();
        REQUIRE(frame);
        CHECK(frame->image.width() == 10 + i);
        CHECK(frame->number == i);
        CHECK(frame->time_s == Approx(i / 10.0));
    }
    CHECK_FALSE(source.read());
    CHECK(source.ended());
    auto broken = VideoSource::from_function([]() -> std::optional<Image> { throw std::domain_error("mine"); });
    CHECK_THROWS_AS(broken.read(), std::domain_error);
    CHECK(broken.ended());
    error_message(ErrorCode::invalid_argument, [] { VideoSource::from_function({}); });
    error_message(ErrorCode::invalid_argument, [] { VideoSource::from_function([] { return std::nullopt; }, -1); });
}

TEST_CASE("a stopped source gives nothing more") {
    ScratchFolder folder;
    write_video(folder.path() / "a.mp4", 10);
    VideoSource source((folder.path() / "a.mp4").string());
    REQUIRE(source.read());
    std::thread([&] { source.stop(); }).join();
    CHECK_FALSE(source.read());
    CHECK(source.ended());
    CHECK(source.health().frames_delivered == 1);
}

TEST_CASE("several threads share one source without losing a picture") {
    ScratchFolder folder;
    write_video(folder.path() / "a.mp4", 100);
    VideoSource source((folder.path() / "a.mp4").string());
    std::atomic<std::int64_t> sum{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            while (const auto frame = source.read()) {
                sum += frame->number;
                source.health();
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(sum == 99 * 100 / 2);
}
