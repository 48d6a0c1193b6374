#include "train/faces_validation.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <random>

#include "nn/architectures.hpp"
#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

using namespace emotion;
using namespace emotion::train;

namespace {

nn::Module small_module() {
    at::manual_seed(3);
    nn::Module module(nn::build_architecture(
        {"face_resnet", {{"widths", {4, 4, 4, 4, 4}}, {"blocks", {0, 0, 0}}, {"neck", {4}}}}, 3, 0));
    return module;
}

const InputSpec kInput{.stride = 32, .mean = {127.5f, 127.5f, 127.5f}, .scale = {1 / 64.0f, 1 / 64.0f, 1 / 64.0f}};

}  // namespace

TEST_CASE("suppression keeps the best of every heap, best first") {
    std::mt19937 generator(5);
    std::uniform_real_distribution<float> place(0, 100);
    std::vector<ScoredBox> boxes;
    for (int i = 0; i < 300; ++i) {
        const float x = place(generator);
        const float y = place(generator);
        boxes.push_back({{x, y, x + 30, y + 30}, place(generator) / 100});
    }
    const std::vector<ScoredBox> kept = suppress(boxes, 0.45f);
    REQUIRE_FALSE(kept.empty());
    CHECK(std::is_sorted(kept.begin(), kept.end(), [](auto& a, auto& b) { return a.score > b.score; }));
    for (std::size_t i = 0; i < kept.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) CHECK(iou(kept[i].box, kept[k].box) <= 0.45f);
    for (const ScoredBox& box : boxes) {
        const bool explained = std::any_of(kept.begin(), kept.end(), [&](const ScoredBox& better) {
            return better == box || (better.score >= box.score && iou(better.box, box.box) > 0.45f);
        });
        CHECK(explained);
    }
}

TEST_CASE("faces are looked for at any size, and boxes of a padded picture are the same") {
    const nn::Module module = small_module();
    for (int side : {1, 31, 32, 33, 70}) {
        const Image picture = square_picture(side, side + 5, {square_face(2, 2, 10)});
        CHECK_NOTHROW(find_faces(module, kInput, picture, 0.02f, 0.45f));
    }
    CHECK(find_faces(module, kInput, Image(64, 64, PixelFormat::rgb8), 1.1f, 0.45f).empty());
}

TEST_CASE("validation leaves out and names a broken picture") {
    FaceFolder folder("validation");
    write_square_set(folder, 5);
    const nn::Module module = small_module();
    std::vector<std::string> notes;
    CHECK(validate_faces(module, kInput, folder.path(), 0, notes).pictures == 5);
    CHECK(validate_faces(module, kInput, folder.path(), 2, notes).pictures == 2);
    CHECK(notes.empty());
    folder.file("images/square-3.png", "no picture");
    CHECK(validate_faces(module, kInput, folder.path(), 0, notes).pictures == 4);
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].find("square-3.png") != std::string::npos);
}
