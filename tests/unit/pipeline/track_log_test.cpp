#include "pipeline/track_log.hpp"

#include "support/catch.hpp"

using namespace emotion;

namespace {

TrackedFace seen(std::int64_t id, double time_s, int sights, std::vector<float> probabilities, float valence) {
    TrackedFace face;
    face.track = {id, {{0, 0, 10, 10}, 0.9f, std::nullopt}, true, 0, time_s, sights};
    const auto labels = std::make_shared<const std::vector<std::string>>(probabilities.size(), "x");
    face.now = Emotion{labels, std::move(probabilities), valence, 0.5f};
    return face;
}

FrameResult frame(double time_s, std::vector<TrackedFace> faces) {
    FrameResult result;
    result.time_s = time_s;
    result.faces = std::move(faces);
    return result;
}

}  // namespace

TEST_CASE("A track's summary is the mean over its sights") {
    TrackLog log;
    log.add(frame(0, {seen(1, 0, 1, {1, 0}, 0.5f), seen(2, 0, 1, {0, 1}, 0)}));
    TrackedFace predicted = seen(1, 0, 1, {0, 1}, -1);
    predicted.track.seen_now = false;
    log.add(frame(1, {predicted}));
    log.add(frame(2, {seen(1, 2, 2, {0.5f, 0.5f}, 0.1f)}));
    const std::vector<TrackSummary> summaries = log.summaries();
    REQUIRE(summaries.size() == 1);
    CHECK(summaries[0].id == 1);
    CHECK(summaries[0].last_s == 2);
    CHECK(summaries[0].sights == 2);
    CHECK(summaries[0].probabilities == std::vector<float>{0.75f, 0.25f});
    CHECK(*summaries[0].valence == Approx(0.3));
    CHECK(*summaries[0].arousal == Approx(0.5));
}

TEST_CASE("Heads that are only counted have no mean emotion") {
    TrackLog log;
    for (int i = 0; i < 3; ++i) {
        TrackedFace face = seen(4, i, i + 1, {}, 0);
        face.now.reset();
        log.add(frame(i, {face}));
    }
    REQUIRE(log.summaries().size() == 1);
    CHECK(log.summaries()[0].probabilities.empty());
    CHECK_FALSE(log.summaries()[0].valence);
}
