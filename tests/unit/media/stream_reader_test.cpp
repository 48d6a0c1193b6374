#include "media/stream_reader.hpp"

#include <fstream>

#include "base/files.hpp"
#include "emotion/video_writer.hpp"
#include "support/catch.hpp"
#include "support/http_server.hpp"
#include "support/pictures.hpp"
#include "unit/image/pictures.hpp"

using namespace emotion;

namespace {

constexpr std::uint64_t kAll = 1 << 24;

/// A video of hills with a bright square in the top left corner.
Image scene(int height, int width) {
    Image image = hills(height, width, PixelFormat::rgb8);
    test_pictures::paint(image, 0, 0, 16, 16, 255, 255, 255);
    test_pictures::paint(image, width - 16, height - 16, 16, 16, 200, 0, 0);
    return image;
}

void write_video(const std::filesystem::path& path, int count, int height = 64, int width = 96) {
    VideoWriter writer(path, height, width, 25);
    const Image image = scene(height, width);
    for (int i = 0; i < count; ++i) writer.write(image);
    writer.close();
}

struct Rig {
    explicit Rig(const std::string& source, const VideoSourceOptions& options = {})
        : reader(source, options, stop, health) {}
    int count() {
        int number = 0;
        while (reader.next()) ++number;
        return number;
    }

    std::atomic<bool> stop{false};
    HealthRecord health;
    StreamReader reader;
};

/// Writes the matrix of a quarter turn clockwise into the track header of an MP4.
std::string turned_by_header(std::string bytes) {
    const std::size_t matrix = bytes.find("tkhd") + 4 + 40;
    const std::uint32_t values[9] = {0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000};
    for (int i = 0; i < 9; ++i)
        for (int byte = 0; byte < 4; ++byte)
            bytes[matrix + static_cast<std::size_t>(4 * i + byte)] = static_cast<char>(values[i] >> (24 - 8 * byte));
    return bytes;
}

}  // namespace

TEST_CASE("pictures come as they were written, in the format asked for") {
    ScratchFolder folder;
    const auto path = folder.path() / "a: b%d.mp4";  // letters that FFmpeg could misread
    write_video(path, 3, 66, 98);                    // rows that are no multiple of what FFmpeg's fast paths write
    for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::gray8}) {
        VideoSourceOptions options;
        options.format = format;
        Rig rig(path.string(), options);
        const auto frame = rig.reader.next();
        REQUIRE(frame);
        CHECK(frame->image.height() == 66);
        CHECK(frame->image.width() == 98);
        const Image expected = convert(scene(66, 98), format);
        double difference = 0;
        for (int y = 0; y < 66; ++y)
            for (int i = 0; i < expected.row_stride(); ++i)
                difference += std::abs(frame->image.row(y)[i] - expected.row(y)[i]);
        CHECK(difference / static_cast<double>(66 * expected.row_stride()) < 4);
        CHECK(rig.count() == 2);
        CHECK_FALSE(rig.reader.next());
    }
}

TEST_CASE("a video that says it lies on its side is turned upright") {
    ScratchFolder folder;
    write_video(folder.path() / "a.mp4", 2);
    write_file(folder.path() / "turned.mp4", turned_by_header(read_file(folder.path() / "a.mp4", kAll)), false);
    Rig rig((folder.path() / "turned.mp4").string());
    CHECK(rig.reader.properties().height == 96);
    CHECK(rig.reader.properties().width == 64);
    const auto frame = rig.reader.next();
    REQUIRE(frame);
    CHECK(frame->image.height() == 96);
    CHECK(frame->image.row(8)[3 * (64 - 8) + 1] > 200);  // the white square went from top left to top right
    CHECK(frame->image.row(96 - 8)[3 * 8 + 1] < 60);     // the red one from bottom right to bottom left
}

TEST_CASE("what is no video is an error with the file's name") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    write_file(path, "this is no video", false);
    CHECK(error_message(ErrorCode::io, [&] { Rig(path.string()); }).find(path.string()) != std::string::npos);
    write_file(path, "", false);
    error_message(ErrorCode::io, [&] { Rig(path.string()); });
}

TEST_CASE("a damaged part is left out and said, and the rest is read") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.mp4";
    write_video(path, 100);
    std::string bytes = read_file(path, kAll);
    const std::size_t second = bytes.find("mdat", bytes.find("mdat") + 4);
    for (std::size_t i = second + 8; i < second + 400; ++i) bytes[i] = '\x55';
    write_file(path, bytes, false);
    Rig rig(path.string());
    const int count = rig.count();
    CHECK(count >= 50);
    CHECK(count <= 100);
    CHECK(rig.health.get().last_error.find("a.mp4") != std::string::npos);
}

TEST_CASE("an address of a file with a length is no live source") {
    ScratchFolder folder;
    write_video(folder.path() / "a.mp4", 30);
    test_http::Server server;
    server.set("/a.mp4", read_file(folder.path() / "a.mp4", kAll));
    Rig rig(server.url("/a.mp4"));
    CHECK_FALSE(rig.reader.properties().is_live);
    CHECK(rig.count() == 30);
}

TEST_CASE("a server's refusal is said without the password") {
    test_http::Server server;
    test_http::Answer refuses;
    refuses.status = 401;
    server.set("/camera?pwd=geheim", refuses);
    std::string url = server.url("/camera?pwd=geheim");
    url.insert(std::string("http://").size(), "admin:secret@");
    const std::string message = error_message(ErrorCode::io, [&] { Rig{url}; });
    CHECK(message.find("401") != std::string::npos);
    CHECK(message.find("admin:***@") != std::string::npos);
    CHECK(message.find("secret") == std::string::npos);
    CHECK(message.find("geheim") == std::string::npos);
}

TEST_CASE("a server that says nothing holds the program for the time-out only, and stop ends the wait") {
    test_http::Server server;
    test_http::Answer silent;
    silent.promised = 1000;
    silent.stall = true;
    server.set("/a", silent);
    VideoSourceOptions options;
    options.open_timeout_s = 0.5;
    const auto begin = std::chrono::steady_clock::now();
    CHECK(error_message(ErrorCode::io, [&] { Rig(server.url("/a"), options); }).ends_with("no answer in time"));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));

    options.open_timeout_s = 100;
    std::atomic<bool> stop{false};
    HealthRecord health;
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        stop = true;
    });
    CHECK(error_message(ErrorCode::io, [&] {
              StreamReader(server.url("/a"), options, stop, health);
          }).ends_with("stopped"));
    stopper.join();
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
}
