#include "face/decode.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace emotion;

namespace {

/// A map with memory of its own, channels first or last.
class Map {
public:
    Map(int channels, int rows, int cols, float value, bool channels_last)
        : values_(static_cast<std::size_t>(channels) * static_cast<std::size_t>(rows * cols), value) {
        view_ = {values_.data(), channels, rows, cols, rows * cols, cols, 1};
        if (channels_last) view_ = {values_.data(), channels, rows, cols, 1, cols * channels, channels};
    }
    float& at(int channel, int row, int col) {
        return values_[static_cast<std::size_t>(channel * view_.channel_stride + row * view_.row_stride +
                                                col * view_.col_stride)];
    }
    void set(int row, int col, int first_channel, const std::vector<float>& values) {
        for (std::size_t i = 0; i < values.size(); ++i) at(first_channel + static_cast<int>(i), row, col) = values[i];
    }
    MapView view() const {
        MapView result = view_;
        result.data = values_.data();
        return result;
    }

private:
    std::vector<float> values_;
    MapView view_;
};

struct Level {
    int stride;
    Map score, object, box, landmarks;
    Level(int stride_, int anchors, int rows, int cols, bool channels_last)
        : stride(stride_),
          score(anchors == 2 ? 4 : 1, rows, cols, anchors == 2 ? 0.0f : -20.0f, channels_last),
          object(1, rows, cols, -20.0f, channels_last),
          box(4 * anchors, rows, cols, 0.0f, channels_last),
          landmarks(10 * anchors, rows, cols, 0.0f, channels_last) {}
    LevelMaps maps() const { return {stride, score.view(), object.view(), box.view(), landmarks.view()}; }
};

float logit(float p) {
    return std::log(p / (1 - p));
}

const std::vector<float> kPoints{0.1f, 0.2f, 0.9f, 0.2f, 0.5f, 0.5f, 0.2f, 0.8f, 0.8f, 0.8f};

}  // namespace

TEST_CASE("A cell's numbers become a box and landmarks in pixels") {
    const bool channels_last = GENERATE(false, true);
    Level level(16, 1, 4, 5, channels_last);
    level.score.at(0, 2, 3) = logit(0.8f);
    level.box.set(2, 3, 0, {0.25f, -0.5f, std::log(2.0f), std::log(3.0f)});
    level.landmarks.set(2, 3, 0, kPoints);
    const std::vector<LevelMaps> maps{level.maps()};
    const std::vector<Face> faces = decode(MapCoding::cells, maps, 0.5f, 10);
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].score == Approx(0.8f));
    CHECK(faces[0].box.x1 == Approx(3.25f * 16 - 16));
    CHECK(faces[0].box.y1 == Approx(1.5f * 16 - 24));
    CHECK(faces[0].box.x2 == Approx(3.25f * 16 + 16));
    CHECK(faces[0].box.y2 == Approx(1.5f * 16 + 24));
    REQUIRE(faces[0].landmarks);
    CHECK((*faces[0].landmarks)[1].x == Approx(3.9f * 16));
    CHECK((*faces[0].landmarks)[3].y == Approx(2.8f * 16));
}

TEST_CASE("YuNet's score is the geometric mean of class and object") {
    Level level(8, 1, 2, 2, false);
    level.score.at(0, 0, 1) = logit(0.9f);
    level.object.at(0, 0, 1) = logit(0.4f);
    const std::vector<LevelMaps> maps{level.maps()};
    const std::vector<Face> faces = decode(MapCoding::cells_with_object, maps, 0.55f, 10);
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].score == Approx(0.6f));
    CHECK(decode(MapCoding::cells_with_object, maps, 0.61f, 10).empty());
}

TEST_CASE("RetinaFace's anchors have the original's sides and centres") {
    const struct {
        int stride, anchor;
        float side;
    } cases[] = {{8, 0, 16}, {8, 1, 32}, {16, 0, 64}, {16, 1, 128}, {32, 0, 256}, {32, 1, 512}};
    const bool channels_last = GENERATE(false, true);
    for (const auto& c : cases) {
        INFO("stride " << c.stride << ", anchor " << c.anchor);
        Level level(c.stride, 2, 3, 3, channels_last);
        level.score.set(1, 2, 2 * c.anchor, {-1.0f, 1.0f});  // background, face
        level.box.set(1, 2, 4 * c.anchor, {1.0f, -2.0f, 0.5f, -0.5f});
        level.landmarks.set(1, 2, 10 * c.anchor, kPoints);
        const std::vector<LevelMaps> maps{level.maps()};
        const std::vector<Face> faces = decode(MapCoding::anchors, maps, 0.6f, 10);
        REQUIRE(faces.size() == 1);
        const float x = 2.5f * static_cast<float>(c.stride), y = 1.5f * static_cast<float>(c.stride);
        CHECK(faces[0].score == Approx(std::exp(1.0) / (std::exp(1.0) + std::exp(-1.0))));
        CHECK(faces[0].box.center().x == Approx(x + 0.1f * c.side));
        CHECK(faces[0].box.center().y == Approx(y - 0.2f * c.side));
        CHECK(faces[0].box.width() == Approx(c.side * std::exp(0.1f)));
        CHECK(faces[0].box.height() == Approx(c.side * std::exp(-0.1f)));
        CHECK((*faces[0].landmarks)[1].x == Approx(x + 0.09f * c.side));
        CHECK((*faces[0].landmarks)[4].y == Approx(y + 0.08f * c.side));
    }
}

TEST_CASE("The threshold keeps what is on it, whatever it is") {
    for (float p : {0.0f, 0.02f, 0.3f, 0.5f, 0.9f, 0.999f, 1.0f}) {
        INFO("score " << p);
        Level level(8, 1, 1, 1, false);
        level.score.at(0, 0, 0) = p == 0 ? -200.0f : p == 1 ? 40.0f : logit(p);
        level.object.at(0, 0, 0) = 40.0f;
        const std::vector<LevelMaps> maps{level.maps()};
        const std::vector<Face> all = decode(MapCoding::cells, maps, 0.0f, 10);
        REQUIRE(all.size() == 1);
        CHECK(all[0].score == Approx(p).margin(1e-6));
        CHECK(decode(MapCoding::cells, maps, all[0].score, 10).size() == 1);
        CHECK(decode(MapCoding::cells, maps, std::nextafter(all[0].score, 2.0f), 10).empty());
        const std::vector<Face> with_object = decode(MapCoding::cells_with_object, maps, 0.0f, 10);
        REQUIRE(with_object.size() == 1);
        CHECK(decode(MapCoding::cells_with_object, maps, with_object[0].score, 10).size() == 1);
    }
}

TEST_CASE("Candidates come best first over all levels and are cut to the best") {
    Level fine(8, 1, 2, 2, false), coarse(32, 1, 1, 1, false);
    fine.score.at(0, 0, 0) = 1;
    fine.score.at(0, 1, 1) = 3;
    coarse.score.at(0, 0, 0) = 3;
    const std::vector<LevelMaps> maps{fine.maps(), coarse.maps()};
    const std::vector<Face> faces = decode(MapCoding::cells, maps, 0.5f, 10);
    REQUIRE(faces.size() == 3);
    CHECK(faces[0].box.width() == 8);
    CHECK(faces[1].box.width() == 32);
    CHECK(faces[2].box.x1 == -4);
    const std::vector<Face> best = decode(MapCoding::cells, maps, 0.5f, 2);
    REQUIRE(best.size() == 2);
    CHECK(best[1] == faces[1]);
}

TEST_CASE("Numbers that are not finite give no face") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (MapCoding coding : {MapCoding::cells, MapCoding::cells_with_object, MapCoding::anchors}) {
        const int anchors = coding == MapCoding::anchors ? 2 : 1;
        Level level(8, anchors, 1, 4, false);
        for (int col = 0; col < 4; ++col) level.score.set(0, col, anchors - 1, {5.0f});
        for (int col = 0; col < 4; ++col) level.object.at(0, 0, col) = 5;
        level.score.set(0, 0, anchors - 1, {nan});
        level.box.at(2, 0, 1) = 1000;  // exp overflows
        level.landmarks.at(9, 0, 2) = nan;
        const std::vector<LevelMaps> maps{level.maps()};
        const std::vector<Face> faces = decode(coding, maps, 0.6f, 10);
        REQUIRE(faces.size() == 1);
        CHECK(faces[0].box.center().x >= 24);
    }
}

TEST_CASE("Only detectors have a coding") {
    CHECK(map_coding("yunet") == MapCoding::cells_with_object);
    CHECK(map_coding("face_resnet") == MapCoding::cells);
    CHECK(map_coding("retinaface") == MapCoding::anchors);
    CHECK(error_message(ErrorCode::model_format, [] { map_coding("lenet48"); }).find("lenet48") != std::string::npos);
}
