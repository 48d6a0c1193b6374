#include <atomic>
#include <chrono>
#include <thread>

#include "emotion/video_source.hpp"
#include "support/camera.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("A camera that hangs up again and again is read, asked and stopped by several threads") {
    test_http::Server server;
    server.set("/camera", test_http::camera(std::vector<Image>(5, hills(48, 64, PixelFormat::rgb8))));
    VideoSourceOptions options;
    options.first_pause_s = options.longest_pause_s = 0.01;
    VideoSource source(server.url("/camera"), options);
    REQUIRE(source.properties().is_live);

    std::atomic<std::int64_t> taken{0};
    std::atomic<bool> fair{true};
    {
        const std::jthread taker([&] {
            while (!source.ended()) {
                if (const auto frame = source.read(0.1)) {
                    ++taken;
                    fair = fair && frame->image.width() == 64;
                }
            }
        });
        const std::jthread asker([&] {
            std::int64_t before = 0;
            while (!source.ended()) {
                const SourceHealth health = source.health();
                fair = fair && health.frames_read >= before && source.properties().is_live;
                before = health.frames_read;
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        });
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (source.health().reconnects < 5 && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        source.stop();
    }
    CHECK(fair);
    const SourceHealth health = source.health();
    CHECK(health.reconnects >= 5);
    CHECK(health.gap_count >= health.reconnects);
    CHECK(health.frames_delivered == taken);
    CHECK_FALSE(source.read(0));
}
