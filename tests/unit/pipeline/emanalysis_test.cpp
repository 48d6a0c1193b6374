#include "emotion/emanalysis.hpp"

#include <chrono>
#include <cmath>
#include <set>
#include <thread>

#include "support/catch.hpp"
#include "unit/pipeline/bright_cells.hpp"

using namespace emotion;
using test_cells::kFps;
using test_cells::Models;
using test_cells::scene;

namespace {

VideoSource scenes(int count) {
    return VideoSource::from_function(
        [number = 0, count]() mutable -> std::optional<Image> {
            if (number == count) return std::nullopt;
            return scene(number++);
        },
        kFps);
}

std::vector<FrameResult> all_of(Emanalysis& analysis) {
    std::vector<FrameResult> results;
    while (std::optional<FrameResult> result = analysis.next()) results.push_back(std::move(*result));
    return results;
}

}  // namespace

TEST_CASE("Every frame of a file-like source comes once, in order, with its faces, tracks and emotions") {
    Models models;
    Emanalysis analysis(scenes(40), models.options);
    const std::vector<FrameResult> results = all_of(analysis);
    REQUIRE(results.size() == 40);
    for (std::size_t i = 0; i < results.size(); ++i) {
        const FrameResult& result = results[i];
        INFO("frame " << i);
        CHECK(result.number == static_cast<std::int64_t>(i));
        CHECK(result.time_s == Approx(static_cast<double>(i) / kFps));
        CHECK(result.looked);
        REQUIRE(result.image);
        CHECK(result.image->width() == 320);
        const bool hidden = i >= 10 && i <= 14;
        REQUIRE(result.faces.size() == (hidden ? 1u : 2u));
        CHECK(result.statistics.head_count == static_cast<int>(result.faces.size()));
        CHECK(result.faces[0].track.id == 1);
        if (!hidden) CHECK(result.faces[1].track.id == 2);
        for (const TrackedFace& face : result.faces) {
            REQUIRE(face.emotion);
            REQUIRE(face.now);
            float sum = 0;
            for (float p : face.emotion->probabilities) sum += p;
            CHECK(sum == Approx(1));
        }
        CHECK(result.statistics.attention_coef >= 0.5f);
    }
    const RunSummary summary = analysis.summary();
    CHECK(summary.frames_analyzed == 40);
    CHECK(summary.total.frames == 40);
    CHECK(summary.total.max_head_count == 2);
    CHECK(summary.total.head_count == Approx((40 * 2 - 5) / 40.0));
    REQUIRE(summary.tracks.size() == 2);
    CHECK(summary.tracks[1].sights == 35);
    CHECK(summary.health.frames_delivered == 40);
    CHECK(analysis.timeline().points().size() == 4);
    CHECK_FALSE(analysis.next());
}

TEST_CASE("The same run twice gives the same numbers") {
    Models models;
    Emanalysis first(scenes(30), models.options), second(scenes(30), models.options);
    const std::vector<FrameResult> a = all_of(first), b = all_of(second);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE(a[i].faces.size() == b[i].faces.size());
        CHECK(a[i].statistics == b[i].statistics);
        for (std::size_t k = 0; k < a[i].faces.size(); ++k)
            CHECK(a[i].faces[k].emotion->probabilities == b[i].faces[k].emotion->probabilities);
    }
}

TEST_CASE("Every n-th frame, and faces looked for in every m-th of these") {
    Models models;
    models.options.every_nth_frame = 3;
    models.options.detect_every = 2;
    Emanalysis analysis(scenes(30), models.options);
    const std::vector<FrameResult> results = all_of(analysis);
    REQUIRE(results.size() == 10);
    for (std::size_t i = 0; i < results.size(); ++i) {
        CHECK(results[i].number == static_cast<std::int64_t>(3 * i));
        CHECK(results[i].looked == (i % 2 == 0));
        for (const TrackedFace& face : results[i].faces) {
            CHECK(face.track.seen_now == results[i].looked);
            CHECK(face.now.has_value() == results[i].looked);
            CHECK(face.emotion.has_value());
        }
    }
}

TEST_CASE("Heads only: no emotion, no labels") {
    Models models;
    models.options.headcount_only = true;
    models.options.classifier.model = "/no/such/model";  // is never opened
    Emanalysis analysis(scenes(5), models.options);
    const std::vector<FrameResult> results = all_of(analysis);
    REQUIRE(results.size() == 5);
    CHECK(results[4].statistics.head_count == 2);
    CHECK(results[4].statistics.emotion_counts.empty());
    CHECK_FALSE(results[4].faces[0].emotion);
    CHECK(analysis.labels().empty());
}

TEST_CASE("A region leaves out the faces beside it and keeps the places") {
    Models models;
    models.options.region = Rect{200, 40, 400, 400};
    Emanalysis analysis(scenes(3), models.options);
    const std::vector<FrameResult> results = all_of(analysis);
    REQUIRE(results.size() == 3);
    for (const FrameResult& result : results) {
        REQUIRE(result.faces.size() == 1);
        CHECK(result.faces[0].track.face.box.center().x == Approx(244).margin(0.5));
        CHECK(result.faces[0].track.face.box.center().y == Approx(68).margin(0.5));
    }
    models.options.region = Rect{400, 0, 500, 50};
    Emanalysis outside(scenes(3), models.options);
    CHECK_THROWS_WITH(outside.next(), Catch::Contains("lies outside of the frame of 320 x 96 px"));
}

TEST_CASE("A run ends after its time, by stop() and when the observer has enough") {
    Models models;
    models.options.stop_after_s = 1.0;
    Emanalysis timed(scenes(1000), models.options);
    CHECK(all_of(timed).size() == 10);

    models.options.stop_after_s.reset();
    Emanalysis stopped(scenes(1000000), models.options);
    int count = 0;
    stopped.run([&](const FrameResult&) {
        if (++count == 5) stopped.stop();
        return true;
    });
    CHECK(count >= 5);
    CHECK(count < 100);

    Emanalysis enough(scenes(1000000), models.options);
    count = 0;
    enough.run([&](const FrameResult&) { return ++count < 7; });
    CHECK(count == 7);
    CHECK_FALSE(enough.next());

    Emanalysis from_outside(scenes(1000000), models.options);
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        from_outside.stop();
    });
    from_outside.run([](const FrameResult&) { return true; });
    other.join();
}

TEST_CASE("What a stage or an observer throws comes out, after the results before it") {
    Models models;
    auto breaking = VideoSource::from_function(
        [number = 0]() mutable -> std::optional<Image> {
            if (number == 6) throw Error(ErrorCode::io, "the source broke");
            return scene(number++);
        },
        kFps);
    Emanalysis analysis(std::move(breaking), models.options);
    for (int i = 0; i < 6; ++i) CHECK(analysis.next());
    CHECK_THROWS_WITH(analysis.next(), "the source broke");
    CHECK_FALSE(analysis.next());

    Emanalysis observed(scenes(1000000), models.options);
    CHECK_THROWS_WITH(observed.run([](const FrameResult&) -> bool { throw std::runtime_error("disk full"); }),
                      "disk full");
}

TEST_CASE("next() with a time comes back while a slow source has nothing yet, and loses nothing by it") {
    Models models;
    auto slow = VideoSource::from_function(
        [number = 0]() mutable -> std::optional<Image> {
            if (number == 3) return std::nullopt;
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            return scene(number++);
        },
        kFps);
    Emanalysis analysis(std::move(slow), models.options);
    int empty = 0;
    std::vector<std::int64_t> numbers;
    while (!analysis.ended()) {
        if (const std::optional<FrameResult> result = analysis.next(0.02))
            numbers.push_back(result->number);
        else
            ++empty;
    }
    CHECK(numbers == std::vector<std::int64_t>{0, 1, 2});
    CHECK(empty > 3);
    CHECK_FALSE(analysis.next(0));
    CHECK_THROWS_WITH(analysis.next(-1), "Emanalysis: wait_s must be in [0, 86400], got -1");
}

TEST_CASE("What broke a run is given before it has ended") {
    Models models;
    auto breaking = VideoSource::from_function(
        []() -> std::optional<Image> { throw Error(ErrorCode::io, "the source broke"); }, kFps);
    Emanalysis analysis(std::move(breaking), models.options);
    CHECK_THROWS_WITH(analysis.next(60), "the source broke");
    CHECK(analysis.ended());
}

TEST_CASE("A source may be kept by the caller; cancel() stops it and ends the run") {
    Models models;
    const auto source = std::make_shared<VideoSource>(scenes(1000000));
    Emanalysis analysis(source, models.options);
    REQUIRE(analysis.next());
    CHECK(source->health().frames_read >= 1);
    analysis.cancel();
    CHECK(analysis.ended());
    CHECK_FALSE(analysis.next());
    CHECK(source->ended());
    CHECK(analysis.summary().frames_analyzed == 1);
    CHECK_THROWS_WITH(Emanalysis(std::shared_ptr<VideoSource>(), models.options), "Emanalysis: there is no source");
}

TEST_CASE("A run that nobody takes from, or that was never begun, ends with its object") {
    Models models;
    { Emanalysis never(scenes(10), models.options); }
    Emanalysis waiting(scenes(1000000), models.options);
    CHECK(waiting.next());
    Emanalysis moved = std::move(waiting);
    CHECK(moved.next());
}

TEST_CASE("The tracker's scores are held against the detector's, not against the tracker's own default") {
    Models models;
    models.options.detector.min_score = models.options.tracking.low_score = 0.9f;
    CHECK(all_of(*std::make_unique<Emanalysis>(scenes(3), models.options)).size() == 3);
}

TEST_CASE("Bad options are named") {
    Models models;
    const auto message = [&](auto&& change) {
        EmanalysisOptions options = models.options;
        change(options);
        return error_message(ErrorCode::invalid_argument, [&] { Emanalysis(scenes(1), options); });
    };
    CHECK(message([](auto& o) { o.every_nth_frame = 0; }) == "Emanalysis: every_nth_frame must be at least 1, got 0");
    CHECK(message([](auto& o) { o.detect_every = 0; }) == "Emanalysis: detect_every must be at least 1, got 0");
    CHECK(message([](auto& o) { o.stop_after_s = -1; }) == "Emanalysis: stop_after_s must be above 0, got -1");
    CHECK(message([](auto& o) { o.smoothing_s = NAN; }) == "Emanalysis: smoothing_s must be at least 0, got nan");
    CHECK(message([](auto& o) {
              o.detector.min_score = 0.7f;
              o.tracking.low_score = 0.8f;
          }) == "TrackerOptions: low_score must be in [0, 0.7], got 0.8");
    CHECK(message([](auto& o) { o.queue_size = 0; }) == "Emanalysis: queue_size must be at least 1, got 0");
    CHECK(message([](auto& o) { o.timeline_interval_s = 0; }) ==
          "Emanalysis: timeline_interval_s must be above 0, got 0");
    CHECK(message([](auto& o) {
              o.region = Rect{5, 5, 5, 9};
          }) == "Emanalysis: the region must be finite and have an area, got (5, 5, 5, 9)");
}
