#include "media/live_reader.hpp"

#include <vector>

#include "base/check.hpp"
#include "support/catch.hpp"

using namespace emotion;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// A camera that gives `pictures` and then fails as told.
class FakeCamera : public FrameReader {
public:
    FakeCamera(int pictures, bool throws, std::chrono::milliseconds pause = 0ms)
        : left_(pictures), throws_(throws), pause_(pause) {}
    std::optional<RawFrame> next() override {
        std::this_thread::sleep_for(pause_);
        if (left_-- > 0) return RawFrame{Image(2, 2, PixelFormat::bgr8), 0, std::nullopt};
        if (throws_) fail(ErrorCode::io, "lost rtsp://u:secret@h");
        return std::nullopt;
    }
    VideoProperties properties() const override { return {2, 2, 25, std::nullopt, false}; }

private:
    int left_;
    bool throws_;
    std::chrono::milliseconds pause_;
};

VideoSourceOptions quick() {
    VideoSourceOptions options;
    options.first_pause_s = 0.02;
    options.longest_pause_s = 0.08;
    return options;
}

/// A LiveReader with what must outlive it.
struct Rig {
    explicit Rig(LiveReader::Open open_, VideoSourceOptions options = quick(), bool connect = true)
        : reader(open_, connect ? open_() : nullptr, "the camera", options, stop, health) {}
    ~Rig() { stop = true; }

    std::optional<VideoFrame> wait_for_frame() {
        const auto end = Clock::now() + 20s;
        while (Clock::now() < end && !reader.ended())
            if (auto frame = reader.read(100ms)) return frame;
        return std::nullopt;
    }

    std::atomic<bool> stop{false};
    HealthRecord health;
    LiveReader reader;
};

}  // namespace

TEST_CASE("only the newest picture is given, and those it replaced are counted") {
    Rig rig([] { return std::make_unique<FakeCamera>(1000, false, 1ms); });
    auto first = rig.wait_for_frame();
    REQUIRE(first);
    std::this_thread::sleep_for(300ms);
    auto second = rig.wait_for_frame();
    REQUIRE(second);
    CHECK(second->number > first->number + 5);
    CHECK(second->time_s > first->time_s);
    CHECK_FALSE(second->after_gap);
    const SourceHealth health = rig.health.get();
    CHECK(health.frames_delivered == 2);
    CHECK(health.frames_dropped >= second->number - 1 - first->number);
    CHECK(health.frames_read >= health.frames_delivered + health.frames_dropped);
    CHECK(health.connected);
    CHECK(rig.reader.properties().is_live);
}

TEST_CASE("a source that dies is opened again; the gap is told with the picture behind it") {
    std::atomic<int> opened{0};
    Rig rig([&]() -> std::unique_ptr<FrameReader> {
        const int number = opened++;
        if (number == 1 || number == 2) fail(ErrorCode::io, "refused by rtsp://u:secret@h");
        return std::make_unique<FakeCamera>(number == 0 ? 1 : 100000, number == 0, 2ms);
    });
    auto first = rig.wait_for_frame();
    REQUIRE(first);
    CHECK(first->number == 0);
    CHECK_FALSE(first->after_gap);
    auto second = rig.wait_for_frame();
    REQUIRE(second);
    CHECK(second->after_gap);
    CHECK(second->time_s > first->time_s + 0.1);  // 20, 40 and 80 ms of pauses
    CHECK(opened == 4);
    const SourceHealth health = rig.health.get();
    CHECK(health.reconnects == 1);
    REQUIRE(health.gaps.size() == 1);
    CHECK(health.gaps[0].start_s == first->time_s);
    REQUIRE(health.gaps[0].end_s);
    CHECK(*health.gaps[0].end_s <= second->time_s);
    CHECK(health.gap_count == 1);
    CHECK(health.gap_total_s == Approx(*health.gaps[0].end_s - health.gaps[0].start_s));
    CHECK(health.last_error.find("refused by rtsp://u:***@h") != std::string::npos);
    auto third = rig.wait_for_frame();
    REQUIRE(third);
    CHECK_FALSE(third->after_gap);
}

TEST_CASE("all gaps are counted and summed, the last ones are kept") {
    VideoSourceOptions options;
    options.first_pause_s = options.longest_pause_s = 0.001;
    Rig rig([] { return std::make_unique<FakeCamera>(1, true); }, options);
    constexpr std::int64_t more = SourceHealth::kGapsKept + 20;
    const auto end = Clock::now() + 60s;
    while (rig.health.get().gap_count < more && Clock::now() < end) rig.reader.read(1ms);
    const SourceHealth health = rig.health.get();
    CHECK(health.gap_count >= more);
    CHECK(health.reconnects >= more - 1);
    REQUIRE(health.gaps.size() == SourceHealth::kGapsKept);
    double kept = 0;
    for (std::size_t i = 0; i + 1 < health.gaps.size(); ++i) {
        CHECK(health.gaps[i + 1].start_s == *health.gaps[i].end_s);  // one picture between two gaps
        kept += *health.gaps[i].end_s - health.gaps[i].start_s;
    }
    CHECK(health.gap_total_s > kept);
    CHECK(health.gap_total_s <= *health.gaps[health.gaps.size() - 2].end_s + 1);
}

TEST_CASE("while a source is away an empty read means not yet, and the gap is open") {
    std::atomic<bool> back{false};
    Rig rig(
        [&]() -> std::unique_ptr<FrameReader> {
            if (!back) fail(ErrorCode::io, "away");
            return std::make_unique<FakeCamera>(100000, false, 1ms);
        },
        quick(), false);
    rig.health.error("away");
    const auto begin = Clock::now();
    CHECK_FALSE(rig.reader.read(150ms));
    CHECK(Clock::now() - begin >= 150ms);
    CHECK_FALSE(rig.reader.ended());
    SourceHealth health = rig.health.get();
    REQUIRE(health.gaps.size() == 1);
    CHECK_FALSE(health.gaps[0].end_s);
    CHECK_FALSE(health.connected);
    back = true;
    REQUIRE(rig.wait_for_frame());
    health = rig.health.get();
    CHECK(health.connected);
    CHECK(health.gaps[0].end_s);
    CHECK(health.reconnects == 0);  // it was never there before
}

TEST_CASE("after max_attempts failures the source is given up with one error") {
    VideoSourceOptions options = quick();
    options.max_attempts = 3;
    std::atomic<int> opened{0};
    Rig rig(
        [&]() -> std::unique_ptr<FrameReader> {
            if (opened++ > 0) fail(ErrorCode::io, "refused");
            return std::make_unique<FakeCamera>(1, false);
        },
        options);
    REQUIRE(rig.wait_for_frame());
    const std::string message = error_message(ErrorCode::io, [&] { rig.wait_for_frame(); });
    CHECK(message == "VideoSource: the camera is given up after 3 failures one after the other: refused");
    CHECK(opened == 3);
    CHECK(rig.reader.ended());
    CHECK_FALSE(rig.reader.read(1s));
}

TEST_CASE("pauses grow to the longest and begin anew after a picture") {
    VideoSourceOptions options;
    options.first_pause_s = 0.05;
    options.longest_pause_s = 0.3;
    std::vector<Clock::time_point> times;
    std::atomic<int> opened{0};
    Rig rig(
        [&]() -> std::unique_ptr<FrameReader> {
            if (opened < 7) times.push_back(Clock::now());
            const int number = opened++;
            if (number > 0 && number < 5) fail(ErrorCode::io, "refused");
            return std::make_unique<FakeCamera>(1, false);
        },
        options);
    while (opened < 7) std::this_thread::sleep_for(5ms);
    auto pause = [&](std::size_t i) { return std::chrono::duration<double>(times[i + 1] - times[i]).count(); };
    const double least[] = {0.05, 0.1, 0.2, 0.3, 0.3, 0.05};
    for (std::size_t i = 0; i < 6; ++i) CHECK(pause(i) >= least[i]);
    CHECK(pause(5) < 0.3);
}

TEST_CASE("stop wakes a read and a pause at once") {
    VideoSourceOptions options;
    options.first_pause_s = 100;
    options.longest_pause_s = 100;
    Rig rig([] { return std::make_unique<FakeCamera>(0, false); }, options);
    const auto begin = Clock::now();
    std::thread stopper([&] {
        std::this_thread::sleep_for(50ms);
        rig.stop = true;
        rig.reader.wake();
    });
    CHECK_FALSE(rig.reader.read(100s));
    stopper.join();
    CHECK(rig.reader.ended());
    CHECK(Clock::now() - begin < 20s);
}
