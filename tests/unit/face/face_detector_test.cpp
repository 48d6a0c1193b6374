#include "emotion/face_detector.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <thread>

#include "support/catch.hpp"
#include "support/models.hpp"
#include "support/pictures.hpp"

using namespace emotion;
using test_models::TemporaryFolder;
using test_pictures::mirrored;
using test_pictures::noise_picture;
using test_pictures::paint;

namespace {

FaceDetectorOptions options_for(const TemporaryFolder& folder) {
    FaceDetectorOptions options;
    options.model = folder.string();
    options.device = "cpu";
    options.precision = Precision::f32;
    return options;
}

/// The detector of bright cells; see write_bright_cell_detector.
struct BrightCells {
    TemporaryFolder folder;
    FaceDetectorOptions options;
    BrightCells() {
        test_models::write_bright_cell_detector(folder.path());
        options = options_for(folder);
    }
};

/// Five bright cells of different brightness on a dark ground.
Image cells_picture(int height = 96, int width = 160) {
    Image image(height, width, PixelFormat::rgb8);
    paint(image, 0, 0, width, height, 20, 30, 10);
    paint(image, 16, 8, 8, 8, 255, 255, 255);
    paint(image, 64, 40, 8, 8, 250, 240, 230);
    paint(image, 120, 16, 8, 8, 240, 220, 200);
    paint(image, 96, 72, 8, 8, 220, 200, 250);
    paint(image, 8, 64, 8, 8, 190, 200, 210);
    return image;
}

void check_same(const std::vector<Face>& a, const std::vector<Face>& b, double score_margin = 1e-5,
                double px_margin = 1e-3) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        INFO("face " << i);
        CHECK(a[i].score == Approx(b[i].score).margin(score_margin));
        CHECK(a[i].box.x1 == Approx(b[i].box.x1).margin(px_margin));
        CHECK(a[i].box.y1 == Approx(b[i].box.y1).margin(px_margin));
        CHECK(a[i].box.x2 == Approx(b[i].box.x2).margin(px_margin));
        CHECK(a[i].box.y2 == Approx(b[i].box.y2).margin(px_margin));
        REQUIRE(a[i].landmarks.has_value() == b[i].landmarks.has_value());
        for (std::size_t k = 0; a[i].landmarks && k < 5; ++k) {
            CHECK((*a[i].landmarks)[k].x == Approx((*b[i].landmarks)[k].x).margin(px_margin));
            CHECK((*a[i].landmarks)[k].y == Approx((*b[i].landmarks)[k].y).margin(px_margin));
        }
    }
}

/// The faces as a mirror shows them, `width` px wide.
std::vector<Face> mirrored(std::vector<Face> faces, float width) {
    for (Face& face : faces) {
        face.box = {width - face.box.x2, face.box.y1, width - face.box.x1, face.box.y2};
        Landmarks& l = *face.landmarks;
        for (Point& p : l) p.x = width - p.x;
        std::swap(l[0], l[1]);
        std::swap(l[3], l[4]);
    }
    return faces;
}

std::vector<Face> moved(std::vector<Face> faces, float dx, float dy) {
    for (Face& face : faces) {
        face.box = {face.box.x1 + dx, face.box.y1 + dy, face.box.x2 + dx, face.box.y2 + dy};
        for (Point& p : *face.landmarks) p = {p.x + dx, p.y + dy};
    }
    return faces;
}

}  // namespace

TEST_CASE("Faces come best first, in pixels of the picture") {
    BrightCells bright;
    const FaceDetector detector(bright.options);
    const std::vector<Face> faces = detector.detect(cells_picture());
    REQUIRE(faces.size() == 5);
    const float centers[5][2] = {{20, 12}, {68, 44}, {124, 20}, {100, 76}, {12, 68}};
    for (std::size_t i = 0; i < 5; ++i) {
        INFO("face " << i);
        CHECK(faces[i].box.center().x == Approx(centers[i][0]));
        CHECK(faces[i].box.center().y == Approx(centers[i][1]));
        CHECK(faces[i].box.width() == Approx(16));
        CHECK(faces[i].box.height() == Approx(16));
        CHECK((*faces[i].landmarks)[0].x == Approx(centers[i][0] - 4));
        CHECK((*faces[i].landmarks)[4].y == Approx(centers[i][1] + 4));
        if (i > 0) CHECK(faces[i].score <= faces[i - 1].score);
    }
    const double mean = 0.5 * 190 + 0.3 * 200 + 0.2 * 210;
    CHECK(faces[4].score == Approx(1 / (1 + std::exp(-40 * (mean - 128) / 255))).epsilon(1e-4));
}

TEST_CASE("A mirrored picture has mirrored faces") {
    BrightCells bright;
    const FaceDetector detector(bright.options);
    const Image picture = cells_picture();
    check_same(detector.detect(mirrored(picture)), mirrored(detector.detect(picture), 160));
}

TEST_CASE("A picture moved by whole cells has moved faces") {
    BrightCells bright;
    const FaceDetector detector(bright.options);
    const Image picture = cells_picture();
    Image larger(96 + 56, 160 + 24, PixelFormat::rgb8);
    paint(larger, 0, 0, larger.width(), larger.height(), 20, 30, 10);
    for (int y = 0; y < 96; ++y) std::copy_n(picture.row(y), 3 * 160, larger.row(y + 56) + 3 * 24);
    check_same(detector.detect(larger), moved(detector.detect(picture), 24, 56));
}

TEST_CASE("min_face_px sets the working scale and faces come back in pixels of the picture") {
    BrightCells bright;
    const float factor = GENERATE(0.5f, 2.0f, 3.0f);  // of the picture's size
    INFO("factor " << factor);
    const Image normal = cells_picture();
    const std::vector<Face> expected = FaceDetector(bright.options).detect(normal);
    const Image scaled = resize(normal, static_cast<int>(96 * factor), static_cast<int>(160 * factor));
    bright.options.min_face_px = 16 * factor;  // the card's smallest_face_px is 16
    const std::vector<Face> found = FaceDetector(bright.options).detect(scaled);
    REQUIRE(found.size() == expected.size());
    // Enlarging blurs the cells, so scores fall a little; places and sizes are exact.
    for (const Face& face : found) {
        auto same_place = [&](const Face& other) {
            return std::abs(other.box.x1 * factor - face.box.x1) < 1e-2 &&
                   std::abs(other.box.y2 * factor - face.box.y2) < 1e-2 &&
                   std::abs((*other.landmarks)[2].x * factor - (*face.landmarks)[2].x) < 1e-2;
        };
        CHECK(std::any_of(expected.begin(), expected.end(), same_place));
    }
}

TEST_CASE("Sides that do not scale to whole pixels map back by their own ratio") {
    BrightCells bright;
    bright.options.min_face_px = 48;
    const FaceDetector detector(bright.options);
    Image image(100, 200, PixelFormat::rgb8);  // worked at 33 x 67
    paint(image, 0, 0, 200, 100, 255, 255, 255);
    const std::vector<Face> faces = detector.detect(image);
    REQUIRE(!faces.empty());
    float right = 0;
    for (const Face& face : faces) {
        CHECK(face.box.width() == Approx(16 * 200.0 / 67));
        CHECK(face.box.height() == Approx(16 * 100.0 / 33));
        right = std::max(right, face.box.center().x);
    }
    CHECK(right <= 200);
}

TEST_CASE("The channel order is said, not guessed, and grey is colour of equal channels") {
    BrightCells bright;
    const FaceDetector detector(bright.options);
    const Image rgb = cells_picture();
    CHECK(detector.detect(convert(rgb, PixelFormat::bgr8)) == detector.detect(rgb));
    ImageView wrong = rgb.view();
    wrong.format = PixelFormat::bgr8;
    CHECK(detector.detect(wrong)[3].score != detector.detect(rgb)[3].score);
    const Image gray = convert(rgb, PixelFormat::gray8);
    const std::vector<Face> faces = detector.detect(gray);
    CHECK(faces.size() == 5);
    CHECK(faces == detector.detect(convert(gray, PixelFormat::rgb8)));
}

TEST_CASE("A network for grey pictures takes colour as its grey") {
    TemporaryFolder folder;
    ModelCard card = test_models::random_faces_card("yunet");
    card.input.color = InputColor::gray;
    test_models::write(folder.path(), card, test_models::fill_random);
    const FaceDetector detector(options_for(folder));
    const Image picture = noise_picture(64, 64, 5);
    const std::vector<Face> faces = detector.detect(picture);
    CHECK(!faces.empty());
    CHECK(faces == detector.detect(convert(picture, PixelFormat::gray8)));
}

TEST_CASE("A view of a part is the same as a copy of the part") {
    BrightCells bright;
    const FaceDetector detector(bright.options);
    const Image picture = cells_picture();
    const ImageView part = picture.view().part(56, 8, 99, 83);
    REQUIRE(part.row_stride != part.width * 3);
    const std::vector<Face> faces = detector.detect(part);
    CHECK(faces.size() == 3);
    CHECK(faces == detector.detect(Image(part)));
}

TEST_CASE("A batch of pictures of many sizes gives what each gives alone") {
    for (const char* architecture : {"face_resnet", "yunet", "retinaface"}) {
        INFO(architecture);
        TemporaryFolder folder;
        test_models::write(folder.path(), test_models::random_faces_card(architecture), test_models::fill_random);
        FaceDetectorOptions options = options_for(folder);
        options.max_faces = 5;
        const FaceDetector detector(options);
        std::vector<Image> pictures;
        for (unsigned i = 0; i < 3; ++i) pictures.push_back(noise_picture(64, 96, i));
        pictures.push_back(noise_picture(40, 70, 7));  // padded to 64 x 96 too, where the stride is 32
        pictures.push_back(convert(noise_picture(33, 50, 8), PixelFormat::gray8));
        pictures.push_back(convert(noise_picture(64, 96, 9), PixelFormat::bgr8));
        const std::vector<ImageView> views(pictures.begin(), pictures.end());
        const std::vector<std::vector<Face>> together = detector.detect(views);
        REQUIRE(together.size() == pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            INFO("picture " << i);
            check_same(together[i], detector.detect(pictures[i]), 1e-4, 1e-2);
        }
    }
    BrightCells bright;
    CHECK(FaceDetector(bright.options).detect(std::span<const ImageView>{}).empty());
}

TEST_CASE("Detectors give the numbers of the reference in PyTorch and numpy") {
    for (const char* architecture : {"face_resnet", "yunet", "retinaface"}) {
        INFO(architecture);
        TemporaryFolder folder;
        test_models::write(folder.path(), test_models::random_faces_card(architecture), test_models::fill_random);
        const std::vector<Face> faces =
            FaceDetector(options_for(folder)).detect(test_pictures::formula_picture(96, 128));
        const nlohmann::json golden = test_models::golden(architecture)["faces"];
        std::vector<Face> expected;
        for (const nlohmann::json& row : golden) {
            const std::vector<float> v = row.get<std::vector<float>>();
            Landmarks landmarks;
            for (std::size_t i = 0; i < 5; ++i) landmarks[i] = {v[5 + 2 * i], v[6 + 2 * i]};
            expected.push_back({{v[0], v[1], v[2], v[3]}, v[4], landmarks});
        }
        REQUIRE(faces.size() >= expected.size());
        check_same(std::vector<Face>(faces.begin(), faces.begin() + static_cast<long>(expected.size())), expected, 1e-4,
                   1e-2);
    }
}

TEST_CASE("Pictures of any size are taken") {
    for (const char* architecture : {"face_resnet", "yunet", "retinaface"}) {
        INFO(architecture);
        TemporaryFolder folder;
        test_models::write(folder.path(), test_models::random_faces_card(architecture), test_models::fill_random);
        FaceDetectorOptions options = options_for(folder);
        for (std::optional<float> min_face_px :
             {std::optional<float>{}, std::optional<float>{4.0f}, std::optional<float>{1e9f}}) {
            options.min_face_px = min_face_px;
            const FaceDetector detector(options);
            const int sizes[][2] = {{1, 1}, {2, 3}, {1, 500}, {500, 1}, {31, 33}, {64, 65}};
            for (const auto& [height, width] : sizes) {
                INFO(width << " x " << height);
                for (const Face& face : detector.detect(noise_picture(height, width, 3))) {
                    CHECK((face.score >= 0.5f && face.score <= 1.0f));
                    CHECK(face.box.area() > 0);
                    CHECK(clip(face.box, width, height).area() > 0);
                }
            }
        }
    }
    BrightCells bright;
    CHECK(FaceDetector(bright.options).detect(Image(1, 5000, PixelFormat::gray8)).empty());
    CHECK(FaceDetector(bright.options).detect(Image(5000, 1, PixelFormat::gray8)).empty());
}

TEST_CASE("Nothing is found in the padding") {
    BrightCells bright;
    bright.options.min_score = 0.0f;  // every cell
    const FaceDetector detector(bright.options);
    for (const Face& face : detector.detect(Image(33, 40, PixelFormat::rgb8))) CHECK(clip(face.box, 40, 33).area() > 0);
}

TEST_CASE("min_score, top_k, max_faces and nms_iou bound what comes out") {
    BrightCells bright;
    const Image picture = cells_picture();
    const std::vector<Face> all = FaceDetector(bright.options).detect(picture);
    bright.options.max_faces = 2;
    CHECK(FaceDetector(bright.options).detect(picture) == std::vector<Face>(all.begin(), all.begin() + 2));
    bright.options.max_faces = 750;
    bright.options.top_k = 3;
    CHECK(FaceDetector(bright.options).detect(picture) == std::vector<Face>(all.begin(), all.begin() + 3));
    bright.options.top_k = 5000;
    bright.options.min_score = all[3].score;
    CHECK(FaceDetector(bright.options).detect(picture).size() == 4);
    // Neighbouring cells' boxes overlap by half: IoU 1/3.
    Image wide(32, 64, PixelFormat::rgb8);
    paint(wide, 16, 8, 24, 8, 255, 255, 255);
    bright.options.min_score.reset();
    bright.options.nms_iou = 0.3f;
    CHECK(FaceDetector(bright.options).detect(wide).size() == 2);
    bright.options.nms_iou = 0.4f;
    CHECK(FaceDetector(bright.options).detect(wide).size() == 3);
}

TEST_CASE("Options that are not given come from the card") {
    BrightCells bright;
    const FaceDetector detector(bright.options);
    CHECK(detector.options().min_score == 0.5f);
    CHECK(detector.options().nms_iou == 0.4f);
    CHECK(!detector.options().min_face_px);
    CHECK(detector.card().name == "test-face_resnet");
    CHECK(detector.device() == "cpu");
    CHECK(detector.precision() == Precision::f32);
}

TEST_CASE("Options out of bounds are refused by name, value and bound") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    auto message = [](auto&& change) {
        FaceDetectorOptions options;
        change(options);
        return error_message(ErrorCode::invalid_argument, [&] { options.validate(); });
    };
    CHECK(message([](auto& o) { o.min_score = 1.7f; }) == "FaceDetector: min_score must be in [0, 1], got 1.7");
    CHECK(message([&](auto& o) { o.min_score = nan; }) == "FaceDetector: min_score must be in [0, 1], got nan");
    CHECK(message([](auto& o) { o.nms_iou = 0.0f; }) == "FaceDetector: nms_iou must be in (0, 1], got 0");
    CHECK(message([](auto& o) { o.top_k = 0; }) == "FaceDetector: top_k must be at least 1, got 0");
    CHECK(message([](auto& o) { o.max_faces = -3; }) == "FaceDetector: max_faces must be at least 1, got -3");
    CHECK(message([](auto& o) { o.min_face_px = 0.0f; }) ==
          "FaceDetector: min_face_px must be a number above 0, got 0");
    message([&](auto& o) { o.min_face_px = nan; });
    message([](auto& o) { o.min_face_px = std::numeric_limits<float>::infinity(); });
    message([](auto& o) { o.model = ""; });
    CHECK_NOTHROW(FaceDetectorOptions{}.validate());
}

TEST_CASE("Another model, another picture and a missing model are clear errors") {
    TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_emotion_card(InputColor::gray), test_models::fill_random);
    CHECK(error_message(ErrorCode::invalid_argument, [&] { FaceDetector detector(options_for(folder)); }) ==
          "FaceDetector: model '" + folder.string() + "' is an emotion model, expected a faces model");
    FaceDetectorOptions missing;
    missing.model = "no-such-model";
    error_message(ErrorCode::invalid_argument, [&] { FaceDetector detector(missing); });

    BrightCells bright;
    const FaceDetector detector(bright.options);
    CHECK(error_message(ErrorCode::invalid_argument, [&] { detector.detect(ImageView{}); }).find("FaceDetector") == 0);
    bright.options.min_face_px = 4;
    const FaceDetector close(bright.options);
    // 4 times 3000 x 3000 px; the memory is never touched.
    const std::uint8_t pixel = 0;
    const ImageView huge{&pixel, 3000, 3000, PixelFormat::gray8, 3000};
    CHECK(error_message(ErrorCode::invalid_argument, [&] { close.detect(huge); }).find("100 million") !=
          std::string::npos);
}

TEST_CASE("Two threads on one detector get what one gets") {
    TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_faces_card("face_resnet"), test_models::fill_random);
    const FaceDetector detector(options_for(folder));
    std::vector<Image> pictures;
    for (int i = 0; i < 6; ++i) pictures.push_back(noise_picture(48 + 16 * i, 96, static_cast<unsigned>(i)));
    std::vector<std::vector<Face>> expected;
    for (const Image& picture : pictures) expected.push_back(detector.detect(picture));
    std::vector<int> wrong(2, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 2; ++t)
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < 60; ++i) {
                const std::size_t which = (i * (t + 1) + t) % pictures.size();
                if (detector.detect(pictures[which]) != expected[which]) ++wrong[t];
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == std::vector<int>{0, 0});
}

#if !defined(__SANITIZE_ADDRESS__)  // which keeps freed memory for a while
TEST_CASE("Memory does not grow with the number of pictures") {
    auto resident_bytes = [] {
        std::ifstream file("/proc/self/statm");
        std::size_t total = 0, resident = 0;
        file >> total >> resident;
        return static_cast<double>(resident) * 4096;
    };
    TemporaryFolder folder;
    test_models::write(folder.path(), test_models::random_faces_card("face_resnet"), test_models::fill_random);
    FaceDetectorOptions options = options_for(folder);
    options.max_faces = 20;
    const FaceDetector detector(options);
    const std::vector<Image> pictures{noise_picture(64, 96, 1), noise_picture(96, 64, 2), noise_picture(70, 40, 3)};
    auto run = [&](int count) {
        for (int i = 0; i < count; ++i) detector.detect(pictures[static_cast<std::size_t>(i) % pictures.size()]);
    };
    run(200);
    const double before = resident_bytes();
    run(2000);
    CHECK(resident_bytes() - before < 4e6);
}
#endif
