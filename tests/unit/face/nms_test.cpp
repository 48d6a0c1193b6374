#include "face/nms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "support/catch.hpp"

using namespace emotion;

namespace {

Face face(float x1, float y1, float x2, float y2, float score) {
    return {{x1, y1, x2, y2}, score, std::nullopt};
}

std::vector<Face> random_faces(std::size_t count, unsigned seed, float side) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> place(0, side), size(5, 80), score(0, 1);
    std::vector<Face> faces;
    for (std::size_t i = 0; i < count; ++i) {
        const float x = place(random), y = place(random);
        faces.push_back(face(x, y, x + size(random), y + size(random), std::round(score(random) * 50) / 50));
    }
    return faces;
}

float plain_iou(const Rect& a, const Rect& b) {
    const float width = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
    const float height = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
    if (width <= 0 || height <= 0) return 0;
    return width * height / (a.area() + b.area() - width * height);
}

/// As the definition says: the best of what is left stays, what it overlaps goes.
std::vector<std::size_t> plain_nms(const std::vector<Face>& faces, float max_iou) {
    std::vector<bool> gone(faces.size(), false);
    std::vector<std::size_t> kept;
    while (true) {
        std::size_t best = faces.size();
        for (std::size_t i = 0; i < faces.size(); ++i)
            if (!gone[i] && (best == faces.size() || faces[i].score > faces[best].score)) best = i;
        if (best == faces.size()) return kept;
        kept.push_back(best);
        for (std::size_t i = 0; i < faces.size(); ++i)
            if (i == best || plain_iou(faces[i].box, faces[best].box) > max_iou) gone[i] = true;
    }
}

}  // namespace

TEST_CASE("NMS agrees with a plain reference on random boxes with many equal scores") {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const std::vector<Face> faces = random_faces(300, seed, seed % 2 == 0 ? 200.0f : 800.0f);
        for (float max_iou : {0.05f, 0.3f, 0.45f, 0.9f}) {
            INFO("seed " << seed << ", max_iou " << max_iou);
            CHECK(nms(faces, max_iou, faces.size()) == plain_nms(faces, max_iou));
        }
    }
}

TEST_CASE("NMS keeps boxes that overlap by exactly the bound and drops those above it") {
    // Two of 10 x 10 px, 5 px apart: 50 common, 150 together.
    const std::vector<Face> faces{face(0, 0, 10, 10, 0.9f), face(5, 0, 15, 10, 0.8f)};
    CHECK(nms(faces, 0.34f, 10).size() == 2);
    CHECK(nms(faces, 0.33f, 10).size() == 1);
    // 50 common, 100 together: exactly 0.5.
    const std::vector<Face> nested{face(0, 0, 10, 10, 0.9f), face(0, 0, 10, 5, 0.8f)};
    CHECK(nms(nested, 0.5f, 10).size() == 2);
    const std::vector<Face> equal{face(0, 0, 10, 10, 0.9f), face(0, 0, 10, 10, 0.8f)};
    CHECK(nms(equal, 1.0f, 10).size() == 2);
}

TEST_CASE("NMS returns the best first, the earlier of equals, and at most the number asked for") {
    const std::vector<Face> faces{face(0, 0, 9, 9, 0.5f), face(20, 0, 29, 9, 0.7f), face(40, 0, 49, 9, 0.5f),
                                  face(60, 0, 69, 9, 0.7f)};
    CHECK(nms(faces, 0.5f, 10) == std::vector<std::size_t>{1, 3, 0, 2});
    CHECK(nms(faces, 0.5f, 3) == std::vector<std::size_t>{1, 3, 0});
    CHECK(nms({}, 0.5f, 3).empty());
}

TEST_CASE("NMS leaves out candidates that are not numbers or have no area") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<Face> faces{face(0, 0, 9, 9, nan),       face(nan, 0, 9, 9, 1),      face(0, 0, infinity, 9, 1),
                                  face(-infinity, 0, 9, 9, 1), face(5, 5, 5, 9, 1),        face(9, 9, 5, 5, 1),
                                  face(0, 0, 9, 9, 0.2f),      face(0, 0, 3e38f, 3e38f, 1)};
    CHECK(nms(faces, 0.5f, 10) == std::vector<std::size_t>{6});
}

TEST_CASE("NMS keeps all of 5,000 boxes apart") {
    std::vector<Face> faces;
    for (int i = 0; i < 5000; ++i) {
        const float x = static_cast<float>(i % 100) * 10, y = static_cast<float>(i / 100) * 10;
        faces.push_back(face(x, y, x + 9, y + 9, static_cast<float>(i % 77) / 77));
    }
    CHECK(nms(faces, 0.3f, 10000).size() == 5000);
}
