#include "emotion/tracker.hpp"
#include "emotion/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "support/catch.hpp"

using namespace emotion;

namespace {

Face face_at(float x, float y, float score = 0.9f, float side = 40) {
    return {{x - side / 2, y - side / 2, x + side / 2, y + side / 2}, score, std::nullopt};
}

std::vector<std::int64_t> ids(const std::vector<Track>& tracks) {
    std::vector<std::int64_t> result;
    for (const Track& track : tracks) result.push_back(track.id);
    return result;
}

}  // namespace

TEST_CASE("Faces that move keep their ids, in whatever order they come") {
    Tracker tracker;
    std::mt19937 random(1);
    for (int i = 0; i < 100; ++i) {
        const float t = static_cast<float>(i) * 0.04f;
        // Two that pass each other 30 px apart, and one that stands still.
        std::vector<Face> faces{face_at(100 + 80 * t, 100), face_at(400 - 80 * t, 130), face_at(250, 300)};
        const std::vector<Rect> places{faces[0].box, faces[1].box, faces[2].box};
        std::shuffle(faces.begin(), faces.end(), random);
        const std::vector<Track> tracks = tracker.update(faces, t);
        REQUIRE(tracks.size() == 3);
        static std::map<std::int64_t, std::size_t> who;
        for (const Track& track : tracks) {
            std::size_t place = 0;
            while (places[place] != track.face.box) ++place;
            if (i == 0) who[track.id] = place;
            INFO("frame " << i << ", track " << track.id);
            CHECK(who.at(track.id) == place);
            CHECK(track.seen_now);
            CHECK(track.first_s == 0);
            CHECK(track.last_s == t);
            CHECK(track.sights == i + 1);
        }
    }
}

TEST_CASE("A short occlusion keeps the id, a long one ends the track") {
    const auto id_after = [](double hidden_s) {
        Tracker tracker;
        double t = 0;
        std::int64_t first = 0;
        for (; t < 1; t += 0.1)
            first = tracker.update(std::vector{face_at(100 + 50 * static_cast<float>(t), 100)}, t)[0].id;
        const double back = t + hidden_s;
        for (; t < back; t += 0.1) CHECK(tracker.update({}, t).empty());
        const std::vector<Track> tracks =
            tracker.update(std::vector{face_at(100 + 50 * static_cast<float>(t), 100)}, t);
        REQUIRE(tracks.size() == 1);
        return std::pair(first, tracks[0].id);
    };
    const auto [first, same] = id_after(1.5);
    CHECK(first == same);
    const auto [before, after] = id_after(2.5);
    CHECK(after == before + 1);
}

TEST_CASE("At one look a second a track survives max_missed looks without a sight") {
    TrackerOptions options;
    options.max_gap_s = 0;
    options.max_missed = 2;
    Tracker tracker(options);
    const std::vector<Face> one{face_at(100, 100)};
    tracker.update(one, 0);
    tracker.update(one, 1);
    tracker.update({}, 2);
    tracker.update({}, 3);
    CHECK(ids(tracker.update(one, 4)) == std::vector<std::int64_t>{1});
    tracker.update({}, 5);
    tracker.update({}, 6);
    tracker.update({}, 7);
    CHECK(ids(tracker.update(one, 8)) == std::vector<std::int64_t>{2});
}

TEST_CASE("A low score goes on with a track just seen, but neither begins nor wakes one") {
    Tracker tracker;
    CHECK(tracker.update(std::vector{face_at(100, 100, 0.3f)}, 0).empty());
    const std::vector<Face> high{face_at(100, 100)}, low{face_at(102, 100, 0.3f)}, tiny{face_at(102, 100, 0.05f)};
    tracker.update(high, 0.1);
    CHECK(ids(tracker.update(low, 0.2)) == std::vector<std::int64_t>{1});
    CHECK(ids(tracker.update(low, 0.3)) == std::vector<std::int64_t>{1});
    CHECK(tracker.update(tiny, 0.4).empty());
    CHECK(tracker.update(low, 0.5).empty());
    CHECK(ids(tracker.update(high, 0.6)) == std::vector<std::int64_t>{1});
}

TEST_CASE("High scores are matched before low ones that lie nearer") {
    Tracker tracker;
    tracker.update(std::vector{face_at(100, 100)}, 0);
    const std::vector<Track> tracks =
        tracker.update(std::vector{face_at(100, 100, 0.2f), face_at(110, 100, 0.9f)}, 0.1);
    REQUIRE(tracks.size() == 1);
    CHECK(tracks[0].id == 1);
    CHECK(tracks[0].face.score == 0.9f);
}

TEST_CASE("A false alarm of one look ends at the next, and ids are never given twice") {
    Tracker tracker;
    tracker.update(std::vector{face_at(100, 100), face_at(300, 100)}, 0);
    tracker.update(std::vector{face_at(100, 100)}, 0.1);
    CHECK(tracker.tracks().size() == 1);
    CHECK(ids(tracker.update(std::vector{face_at(100, 100), face_at(300, 100)}, 0.2)) ==
          std::vector<std::int64_t>{1, 3});
    tracker.clear();
    CHECK(tracker.tracks().empty());
    CHECK(ids(tracker.update(std::vector{face_at(100, 100)}, 0)) == std::vector<std::int64_t>{4});
}

TEST_CASE("Between two looks boxes and landmarks move with the face") {
    Tracker tracker;
    for (int i = 0; i <= 20; ++i) {
        Face face = face_at(100 + 10 * static_cast<float>(i), 100);
        Landmarks landmarks;
        for (std::size_t k = 0; k < 5; ++k)
            landmarks[k] = {face.box.x1 + 4 + 6 * static_cast<float>(k), face.box.y1 + 10};
        face.landmarks = landmarks;
        tracker.update(std::vector{face}, 0.1 * i);
    }
    const std::vector<Track> before = tracker.tracks();
    const std::vector<Track> expected = tracker.predict(2.1);
    REQUIRE(expected.size() == 1);
    CHECK_FALSE(expected[0].seen_now);
    CHECK(expected[0].last_s == Approx(2.0));
    CHECK(expected[0].face.box.center().x == Approx(310).margin(2));
    CHECK((*expected[0].face.landmarks)[2].x == Approx(expected[0].face.box.x1 + 16).margin(0.6));
    CHECK(tracker.tracks() == before);
}

TEST_CASE("Sixty faces that tremble keep their ids over five hundred frames with misses") {
    Tracker tracker;
    std::mt19937 random(7);
    std::normal_distribution<float> tremble(0, 1);
    std::uniform_real_distribution<float> share(0, 1);
    std::set<std::int64_t> given;
    for (int i = 0; i < 500; ++i) {
        std::vector<Face> faces;
        for (int k = 0; k < 60; ++k)
            if (i < 2 || share(random) > 0.1f)
                faces.push_back(face_at(50 + 60 * static_cast<float>(k % 10) + tremble(random),
                                        50 + 60 * static_cast<float>(k / 10) + tremble(random)));
        for (const Track& track : tracker.update(faces, 0.04 * i)) given.insert(track.id);
    }
    CHECK(given.size() == 60);
    CHECK(tracker.tracks().size() == 60);
}

TEST_CASE("Bad input is refused and changes nothing") {
    Tracker tracker;
    tracker.update(std::vector{face_at(100, 100)}, 5);
    const std::vector<Track> before = tracker.tracks();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<Face> flat{{{1, 1, 1, 9}, 0.9f, std::nullopt}}, broken{{{nan, 1, 2, 9}, 0.9f, std::nullopt}};
    CHECK_THROWS_WITH(tracker.update({}, 4), "Tracker: times may not go back, got 4 s after 5 s");
    CHECK_THROWS_AS(tracker.update({}, std::numeric_limits<double>::quiet_NaN()), Error);
    CHECK_THROWS_AS(tracker.predict(4), Error);
    CHECK_THROWS_AS(tracker.update(flat, 6), Error);
    CHECK_THROWS_AS(tracker.update(broken, 6), Error);
    CHECK(tracker.tracks() == before);

    TrackerOptions options;
    options.low_score = 0.8f;
    CHECK_THROWS_WITH(Tracker(options), "TrackerOptions: low_score must be in [0, 0.5], got 0.8");
    options = {};
    options.min_iou = nan;
    CHECK_THROWS_AS(Tracker(options), Error);
}
