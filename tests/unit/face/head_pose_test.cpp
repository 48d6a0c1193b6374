#include "emotion/head_pose.hpp"

#include <algorithm>

#include <cmath>
#include <limits>
#include <numbers>

#include "support/catch.hpp"

using namespace emotion;

namespace {

/// The mean face of head_pose.cpp seen by a camera, written out by hand: the head rolls about the way it looks, then
/// nods, then turns; z points away from the camera.
Landmarks seen(double yaw_deg, double pitch_deg, double roll_deg, double scale = 80) {
    const double face[5][3] = {
        {-0.5, 0, 0}, {0.5, 0, 0}, {0, 0.558, -0.315}, {-0.424, 0.986, 0.235}, {0.424, 0.986, 0.235}};
    const double rad = std::numbers::pi / 180;
    Landmarks landmarks;
    for (std::size_t i = 0; i < 5; ++i) {
        double x = face[i][0] * std::cos(roll_deg * rad) - face[i][1] * std::sin(roll_deg * rad);
        double y = face[i][0] * std::sin(roll_deg * rad) + face[i][1] * std::cos(roll_deg * rad);
        double z = face[i][2];
        const double p = pitch_deg * rad;  // up: what is in front, at negative z, moves to smaller y
        const double nodded = y * std::cos(p) + z * std::sin(p);
        z = -y * std::sin(p) + z * std::cos(p);
        y = nodded;
        const double w = yaw_deg * rad;  // to the right: what is in front moves to larger x
        x = x * std::cos(w) - z * std::sin(w);
        landmarks[i] = {static_cast<float>(300 + scale * x), static_cast<float>(200 + scale * y)};
    }
    return landmarks;
}

}  // namespace

TEST_CASE("The pose of the mean face is found again at any angle and size") {
    for (double yaw : {-60.0, -20.0, 0.0, 35.0})
        for (double pitch : {-40.0, 0.0, 15.0, 50.0})
            for (double roll : {-150.0, -30.0, 0.0, 45.0})
                for (double scale : {3.0, 200.0}) {
                    INFO("yaw " << yaw << ", pitch " << pitch << ", roll " << roll << ", scale " << scale);
                    const std::optional<HeadPose> pose = estimate_head_pose(seen(yaw, pitch, roll, scale));
                    REQUIRE(pose);
                    CHECK(pose->yaw_deg == Approx(yaw).margin(0.02));
                    CHECK(pose->pitch_deg == Approx(pitch).margin(0.02));
                    CHECK(pose->roll_deg == Approx(roll).margin(0.02));
                }
}

TEST_CASE("A mirrored face has the opposite yaw and roll") {
    Landmarks landmarks = seen(25, 10, 15);
    landmarks[2].x += 3;  // no longer the mean face
    Landmarks mirrored = landmarks;
    for (Point& point : mirrored) point.x = 640 - point.x;
    std::swap(mirrored[0], mirrored[1]);
    std::swap(mirrored[3], mirrored[4]);
    const HeadPose a = *estimate_head_pose(landmarks);
    const HeadPose b = *estimate_head_pose(mirrored);
    CHECK(b.yaw_deg == Approx(-a.yaw_deg).margin(0.01));
    CHECK(b.pitch_deg == Approx(a.pitch_deg).margin(0.01));
    CHECK(b.roll_deg == Approx(-a.roll_deg).margin(0.01));
}

TEST_CASE("A pixel of error on a face of 60 px costs a few degrees") {
    for (std::size_t i = 0; i < 5; ++i)
        for (float dx : {-1.0f, 1.0f}) {
            Landmarks landmarks = seen(10, -5, 0, 30);
            landmarks[i].x += dx;
            landmarks[i].y -= dx;
            const HeadPose pose = *estimate_head_pose(landmarks);
            CHECK(std::abs(pose.yaw_deg - 10) < 6);
            CHECK(std::abs(pose.pitch_deg + 5) < 6);
        }
}

TEST_CASE("Points that give no pose") {
    Landmarks landmarks;
    CHECK_FALSE(estimate_head_pose(landmarks));
    for (std::size_t i = 0; i < 5; ++i) landmarks[i] = {static_cast<float>(i), 2 * static_cast<float>(i)};
    CHECK_FALSE(estimate_head_pose(landmarks));
    landmarks[1].x = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH(estimate_head_pose(landmarks), "estimate_head_pose: landmarks must be finite, got (inf, 2)");
}

TEST_CASE("To the front is within both bounds, roll or not") {
    CHECK(looks_to_front({30, -25, 170}));
    CHECK_FALSE(looks_to_front({30.5f, 0, 0}));
    CHECK_FALSE(looks_to_front({0, -26, 0}));
    FrontOptions options;
    options.max_yaw_deg = 10;
    CHECK_FALSE(looks_to_front({-11, 0, 0}, options));
    options.max_pitch_deg = 91;
    CHECK_THROWS_WITH(options.validate(), "FrontOptions: max_pitch_deg must be in [0, 90], got 91");
}
