#include <atomic>
#include <chrono>
#include <thread>

#include "support/camera.hpp"
#include "support/catch.hpp"
#include "unit/pipeline/bright_cells.hpp"

using namespace emotion;

namespace {

/// What may be called from any thread is called while the run goes on; it is stopped as soon as `enough` says so, and
/// after a minute. Gives the number of frames that came.
template <class Enough>
int frames_while_asked(Emanalysis& analysis, const Enough& enough) {
    std::atomic<bool> fair{true};
    int count = 0;
    {
        const std::jthread asker([&] {
            const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
            std::int64_t before = 0;
            while (!analysis.ended()) {
                const RunSummary summary = analysis.summary();
                fair = fair && summary.frames_analyzed >= before &&
                       analysis.timeline().total().frames >= summary.frames_analyzed;
                before = summary.frames_analyzed;
                if (enough(analysis.health(), summary) || std::chrono::steady_clock::now() > end) analysis.stop();
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        });
        std::int64_t last = -1;
        analysis.run([&](const FrameResult& result) {
            fair = fair && result.number > last;
            last = result.number;
            return ++count > 0;
        });
    }
    CHECK(fair);
    CHECK(analysis.summary().frames_analyzed == count);
    return count;
}

}  // namespace

TEST_CASE("A run is asked and stopped from another thread while it goes on") {
    test_cells::Models models;
    auto endless = VideoSource::from_function([number = 0]() mutable { return test_cells::scene(number++ % 40); });
    Emanalysis analysis(std::move(endless), models.options);
    const int count = frames_while_asked(
        analysis, [](const SourceHealth&, const RunSummary& summary) { return summary.frames_analyzed >= 20; });
    CHECK(count >= 20);
    CHECK(analysis.health().frames_read >= count);
}

TEST_CASE("A camera that hangs up again and again is analysed until another thread stops it") {
    test_cells::Models models;
    test_http::Server server;
    std::vector<Image> pictures;
    for (int i = 0; i < 5; ++i) pictures.push_back(test_cells::scene(i));
    server.set("/camera", test_http::camera(pictures));
    VideoSourceOptions options;
    options.first_pause_s = options.longest_pause_s = 0.01;
    Emanalysis analysis(VideoSource(server.url("/camera"), options), models.options);
    const int count = frames_while_asked(
        analysis, [](const SourceHealth& health, const RunSummary&) { return health.reconnects >= 5; });
    CHECK(count >= 1);
    const RunSummary summary = analysis.summary();
    CHECK(summary.health.reconnects >= 5);
    CHECK(summary.health.frames_delivered >= count);
    CHECK(summary.total.max_head_count == 2);
}
