#include "emotion/evaluate_faces.hpp"
#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

using namespace emotion;

TEST_CASE("boxes, attributes, landmarks and ignore regions are read") {
    FaceFolder folder("labels");
    folder.file("wider_face_train_bbx_gt.txt",
                "a.jpg\n2\n10 20 30 40 0 0 0 0 0 0\n1 2 3 4 0 0 0 1 0 0\n"
                "b.jpg\n0\n0 0 0 0 0 0 0 0 0 0\n"
                "sub/c.jpg\r\n2\r\n1 2 3 4 1 2 3 4 5 6 7 8 9 10 1\r\n5 6 7 8 0 0 0 0 0 0 0 0 0 0 0\r\n"
                "d.jpg\n0\n"
                "e.jpg\n2\n1.5 2.5 3 4\n9 9 0 5\n");
    folder.file("ignore_train_bbx.txt", "a.jpg\n1\n100 100 20 10\nb.jpg\n0\n0 0 0 0\n");
    const std::vector<LabelledPicture> pictures = read_face_labels(folder.path(), "train");
    REQUIRE(pictures.size() == 5);
    CHECK(pictures[0].path == folder.path() / "images" / "a.jpg");
    REQUIRE(pictures[0].faces.size() == 2);
    CHECK(pictures[0].faces[0].box == Rect{10, 20, 40, 60});
    CHECK_FALSE(pictures[0].faces[0].ignored);
    CHECK_FALSE(pictures[0].faces[0].has_landmarks);
    CHECK(pictures[0].faces[1].ignored);
    REQUIRE(pictures[0].ignore_regions.size() == 1);
    CHECK(pictures[0].ignore_regions[0] == Rect{100, 100, 120, 110});
    CHECK(pictures[1].faces.empty());
    CHECK(pictures[1].ignore_regions.empty());
    REQUIRE(pictures[2].faces.size() == 2);
    CHECK(pictures[2].path == folder.path() / "images" / "sub/c.jpg");
    CHECK(pictures[2].faces[0].has_landmarks);
    CHECK(pictures[2].faces[0].landmarks[4] == Point{9, 10});
    CHECK_FALSE(pictures[2].faces[1].has_landmarks);
    CHECK(pictures[3].faces.empty());
    REQUIRE(pictures[4].faces.size() == 1);  // a box without area is none
    CHECK(pictures[4].faces[0].box == Rect{1.5f, 2.5f, 4.5f, 6.5f});
}

TEST_CASE("what is written is read back") {
    FaceFolder folder("labels-written");
    std::vector<LabelledPicture> pictures{
        {folder.path() / "images" / "a.png", {square_face(4, 8, 16)}, {{1, 2, 30, 40}}},
        {folder.path() / "images" / "b/c.png", {}, {}},
        {folder.path() / "images" / "d.png", {square_face(1, 1, 8)}, {}}};
    pictures[2].faces[0].has_landmarks = false;
    pictures[2].faces[0].landmarks = {};
    write_face_labels(folder.path(), "val", pictures);
    CHECK(read_face_labels(folder.path(), "val") == pictures);
}

TEST_CASE("an ignored face is written as an ignore region") {
    FaceFolder folder("labels-ignored");
    FaceLabel face = square_face(4, 8, 16);
    face.ignored = true;
    write_face_labels(folder.path(), "train", {{folder.path() / "images" / "a.png", {face}, {}}});
    const std::vector<LabelledPicture> back = read_face_labels(folder.path(), "train");
    CHECK(back[0].faces.empty());
    CHECK(back[0].ignore_regions == std::vector<Rect>{face.box});
}

TEST_CASE("damaged label files are named with their line") {
    FaceFolder folder("labels-damaged");
    CHECK(error_message(ErrorCode::io, [&] {
              read_face_labels(folder.path(), "train");
          }).starts_with("face labels: cannot read "));
    auto refused = [&](const std::string& text) {
        folder.file("wider_face_train_bbx_gt.txt", text);
        return error_message(ErrorCode::io, [&] { read_face_labels(folder.path(), "train"); });
    };
    CHECK(refused("a.jpg\nmany\n").find("line 2 of ") != std::string::npos);
    CHECK(refused("a.jpg\n").find("expected the number of faces of a.jpg, got the end of the file") !=
          std::string::npos);
    CHECK(refused("a.jpg\nb.jpg\n").find("expected the number of faces of a.jpg, got 'b.jpg'") != std::string::npos);
    CHECK(refused("a.jpg\n1\n1 2 nan 4\n").find("for face 1 of a.jpg, got '1 2 nan 4'") != std::string::npos);
    CHECK(refused("a.jpg\n-1\n").find("line 2 of ") != std::string::npos);
    CHECK(refused("a.jpg\n2\n1 2 3 4\n").find("for face 2 of a.jpg") != std::string::npos);
    CHECK(refused("a.jpg\n1\n1 2 nan 4\n").find("line 3 of ") != std::string::npos);
    CHECK(refused("a.jpg\n1\n1 2 3 4 5 6\n").find("a face has 4, 10 or 15 numbers, got 6") != std::string::npos);
    CHECK(refused("a.jpg\n1\n1 2 3\n").find("line 3 of ") != std::string::npos);
}
