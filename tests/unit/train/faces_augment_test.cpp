#include "train/faces_augment.hpp"
#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

#include <cmath>

using namespace emotion;
using namespace emotion::train;

namespace {

/// The bounding box of the bright pixels of a crop.
Rect bright_area(const Image& image) {
    int x1 = image.width(), y1 = image.height(), x2 = 0, y2 = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.row(y)[3 * x] >= 200) {
                x1 = std::min(x1, x);
                y1 = std::min(y1, y);
                x2 = std::max(x2, x + 1);
                y2 = std::max(y2, y + 1);
            }
    return {static_cast<float>(x1), static_cast<float>(y1), static_cast<float>(x2), static_cast<float>(y2)};
}

void check_near(const Rect& a, const Rect& b, float margin) {
    CHECK(std::abs(a.x1 - b.x1) <= margin);
    CHECK(std::abs(a.y1 - b.y1) <= margin);
    CHECK(std::abs(a.x2 - b.x2) <= margin);
    CHECK(std::abs(a.y2 - b.y2) <= margin);
}

/// A crop with one square; its grey border never looks like one.
FaceCrop crop_of_square(CropRandom& random, double native_scale = 0) {
    const LabelledPicture labels{"square", {square_face(70, 50, 40)}, {}};
    const FaceCropOptions options{.min_face_px = 7, .max_face_px = 150, .native_scale = native_scale};
    while (true) {
        FaceCrop crop = cut_crop(square_picture(160, 240, labels.faces), labels, 160, options, random);
        if (crop.pixels.row(0)[0] < 190 && crop.pixels.row(159)[3 * 159] < 190) return crop;
    }
}

}  // namespace

TEST_CASE("boxes stay on their faces in every crop, and the face is there") {
    int present = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        CropRandom random(3, i, 0);
        const FaceCrop crop = crop_of_square(random, i % 3 == 0 ? 1.0 : 0.0);
        CAPTURE(i);
        CHECK(crop.pixels.width() == 160);
        CHECK(crop.pixels.height() == 160);
        if (crop.faces.empty()) continue;
        ++present;
        REQUIRE(crop.faces.size() == 1);
        check_near(crop.faces[0].box, bright_area(crop.pixels), 1.6f);
    }
    CHECK(present >= 190);
}

TEST_CASE("landmarks keep their place in the face") {
    for (std::uint64_t i = 0; i < 50; ++i) {
        CropRandom random(4, i, 0);
        const FaceCrop crop = crop_of_square(random);
        if (crop.faces.empty() || !crop.faces[0].has_landmarks) continue;
        const FaceLabel& face = crop.faces[0];
        if (face.box.x1 <= 0 || face.box.y1 <= 0 || face.box.x2 >= 160 || face.box.y2 >= 160) continue;
        CHECK(face.landmarks[0].x == Approx(face.box.x1 + face.box.width() * 0.25f).margin(0.01));
        CHECK(face.landmarks[4].y == Approx(face.box.y1 + face.box.height() * 0.75f).margin(0.01));
    }
}

TEST_CASE("faces get the heights asked for, small ones more often") {
    int small = 0;
    int count = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
        CropRandom random(5, i, 0);
        const FaceCrop crop = crop_of_square(random);
        if (crop.faces.empty()) continue;
        ++count;
        CHECK(crop.faces[0].box.height() <= 155);
        small += crop.faces[0].box.height() < 33 ? 1 : 0;  // half of the range of 7 to 152 in logarithms
    }
    CHECK(small > count / 2);
}

TEST_CASE("the same seed, step and place give the same crop; another place another") {
    CropRandom first(7, 11, 2);
    CropRandom again(7, 11, 2);
    CropRandom other(7, 11, 3);
    const FaceCrop a = crop_of_square(first);
    const FaceCrop b = crop_of_square(again);
    const FaceCrop c = crop_of_square(other);
    CHECK(a.faces == b.faces);
    CHECK(std::equal(a.pixels.data(), a.pixels.data() + 160 * 160 * 3, b.pixels.data()));
    CHECK_FALSE(a.faces == c.faces);
}

TEST_CASE("labels in a window: cut faces, tiny faces and regions become ignore regions") {
    LabelledPicture labels;
    labels.faces = {square_face(20, 20, 20), square_face(-15, 50, 20), square_face(60, 60, 4), square_face(300, 0, 20)};
    labels.faces.push_back(square_face(50, 20, 20));
    labels.faces.back().ignored = true;
    labels.ignore_regions = {{90, 90, 200, 200}};
    FaceCrop crop;
    place_labels(labels, 0, 0, 1, 1, 100, crop);
    REQUIRE(crop.faces.size() == 1);
    CHECK(crop.faces[0].box == Rect{20, 20, 40, 40});
    REQUIRE(crop.ignore.size() == 4);  // the face outside leaves nothing
    CHECK(crop.ignore[0] == Rect{0, 50, 5, 70});
    CHECK(crop.ignore[3] == Rect{90, 90, 100, 100});
    FaceCrop enlarged;
    place_labels(labels, 10, 15, 2, 2, 100, enlarged);
    CHECK(enlarged.faces.at(0).box == Rect{20, 10, 60, 50});
}

TEST_CASE("a face cut by the edge is clipped and its landmarks outside are not known") {
    LabelledPicture labels;
    labels.faces = {square_face(-6, 10, 20)};
    FaceCrop crop;
    place_labels(labels, 0, 0, 1, 1, 100, crop);
    REQUIRE(crop.faces.size() == 1);
    CHECK(crop.faces[0].box == Rect{0, 10, 14, 30});
    CHECK_FALSE(crop.faces[0].has_landmarks);
}

TEST_CASE("mirroring moves pixels and labels together, and twice is nothing") {
    CropRandom random(8, 1, 0);
    FaceCrop crop = crop_of_square(random, 1);
    REQUIRE(crop.faces.size() == 1);
    crop.ignore = {{1, 2, 11, 22}};
    const FaceCrop before = crop;
    mirror(crop);
    check_near(crop.faces[0].box, bright_area(crop.pixels), 1.6f);
    CHECK(crop.faces[0].landmarks[0].x < crop.faces[0].landmarks[1].x);
    CHECK(crop.faces[0].landmarks[3].x < crop.faces[0].landmarks[4].x);
    CHECK(crop.ignore[0] == Rect{149, 2, 159, 22});
    mirror(crop);
    check_near(crop.faces[0].box, before.faces[0].box, 1e-3f);
    CHECK(std::equal(crop.pixels.data(), crop.pixels.data() + 160 * 160 * 3, before.pixels.data()));
}

TEST_CASE("four crops joined keep their pixels and labels") {
    std::vector<FaceCrop> parts;
    for (int i = 0; i < 4; ++i) {
        FaceCrop part;
        part.faces = {square_face(10, 12, 20)};
        part.ignore = {{0, 0, 5, 5}};
        part.pixels = square_picture(64, 64, part.faces);
        parts.push_back(part);
    }
    const FaceCrop whole = join_crops(parts);
    REQUIRE(whole.faces.size() == 4);
    CHECK(whole.pixels.width() == 128);
    CHECK(whole.faces[3].box == Rect{74, 76, 94, 96});
    CHECK(whole.ignore[1] == Rect{64, 0, 69, 5});
    for (const FaceLabel& face : whole.faces) {
        const Point centre = face.box.center();
        CHECK(whole.pixels.row(static_cast<int>(centre.y))[3 * static_cast<int>(centre.x)] == 230);
        CHECK(whole.pixels.row(static_cast<int>(face.box.y1) - 1)[3 * static_cast<int>(centre.x)] == 20);
    }
}

TEST_CASE("colours change, labels and sizes do not") {
    int changed = 0;
    for (std::uint64_t i = 0; i < 40; ++i) {
        CropRandom random(9, i, 0);
        FaceCrop crop;
        crop.faces = {square_face(20, 20, 40)};
        crop.pixels = square_picture(96, 96, crop.faces);
        const FaceCrop before = crop;
        change_colours(crop, random);
        CHECK(crop.faces == before.faces);
        CHECK(crop.pixels.width() == 96);
        CHECK(crop.pixels.row(40)[3 * 40] > crop.pixels.row(5)[3 * 5]);  // bright stays brighter than dark
        changed += !std::equal(crop.pixels.data(), crop.pixels.data() + 96 * 96 * 3, before.pixels.data()) ? 1 : 0;
    }
    CHECK(changed > 25);
}

TEST_CASE("a turned crop's labels lie on its faces, and landmarks turn with them") {
    FaceCrop crop;
    crop.faces = {square_face(100, 60, 40)};
    crop.pixels = square_picture(160, 160, crop.faces);
    turn(crop, 90);
    REQUIRE(crop.faces.size() == 1);
    check_near(crop.faces[0].box, bright_area(crop.pixels), 1.1f);
    check_near(crop.faces[0].box, {60, 100, 100, 140}, 1.1f);
    // A quarter turn clockwise brings what was left to the top.
    CHECK(crop.faces[0].landmarks[0].x == Approx(90).margin(0.1));
    CHECK(crop.faces[0].landmarks[0].y == Approx(110).margin(0.1));

    FaceCrop slight;
    slight.faces = {square_face(60, 60, 40), square_face(0, 60, 40)};
    slight.ignore = {{40, 40, 60, 50}};
    slight.pixels = square_picture(160, 160, slight.faces);
    turn(slight, 20);
    REQUIRE(slight.faces.size() == 1);  // the other touched the edge
    CHECK(slight.faces[0].box.width() == Approx(40).margin(0.1));
    CHECK(slight.faces[0].landmarks[1].y > slight.faces[0].landmarks[0].y);
    REQUIRE(slight.ignore.size() == 2);
    CHECK(slight.ignore[1].area() == Approx(22.21 * 16.24).margin(1));  // around the turned corners
}
