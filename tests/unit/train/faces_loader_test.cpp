#include "train/faces_loader.hpp"

#include <set>

#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

using namespace emotion;
using namespace emotion::train;

namespace {

FaceTrainOptions small_options(const FaceFolder& folder) {
    FaceTrainOptions options;
    options.train = {{folder.path()}};
    options.crop = 64;
    options.min_face_px = 8;
    options.max_face_px = 40;
    options.batch_size = 3;
    options.steps = 50;
    return options;
}

}  // namespace

TEST_CASE("a batch depends on seed and step, not on threads, cache or where the run began") {
    FaceFolder folder("loader");
    write_square_set(folder, 6);
    FaceTrainOptions options = small_options(folder);
    FacePictures pictures(options.train, 100);
    CHECK(pictures.size() == 6);
    FaceLoader loader(pictures, options);
    std::vector<FaceBatch> batches;
    for (int step = 0; step < 5; ++step) batches.push_back(loader.take(step));
    CHECK(batches[0].pixels.size() == 3 * 64 * 64 * 3);
    CHECK(batches[0].pixels != batches[1].pixels);

    FaceTrainOptions others = options;
    others.loader_threads = 4;
    FacePictures uncached(options.train, 0);
    FaceLoader resumed(uncached, others);
    for (std::size_t step = 3; step < 5; ++step) {
        const FaceBatch batch = resumed.take(static_cast<std::int64_t>(step));
        CHECK(batch.pixels == batches[step].pixels);
        CHECK(batch.faces == batches[step].faces);
        CHECK(batch.ignore == batches[step].ignore);
    }
    others.seed = 2;
    FaceLoader reseeded(uncached, others);
    CHECK(reseeded.take(3).pixels != batches[3].pixels);
}

TEST_CASE("folders are drawn from by their weights") {
    FaceFolder rare("loader-rare");
    FaceFolder often("loader-often");
    write_square_set(rare, 2);
    write_square_set(often, 2);
    FacePictures pictures({{rare.path(), "train", 1}, {often.path(), "train", 4}}, 100);
    int from_often = 0;
    for (std::uint64_t i = 0; i < 400; ++i) {
        CropRandom random(1, i, 0);
        const auto picture = pictures.draw(random);
        from_often += picture.labels->path.string().starts_with(often.path().string()) ? 1 : 0;
    }
    CHECK(from_often > 280);
    CHECK(from_often < 360);
}

TEST_CASE("a broken picture is named once and another takes its place") {
    FaceFolder folder("loader-broken");
    write_square_set(folder, 3);
    folder.file("images/square-1.png", "no picture");
    FacePictures pictures({{folder.path()}}, 100);
    std::set<std::string> drawn;
    for (std::uint64_t i = 0; i < 40; ++i) {
        CropRandom random(1, i, 0);
        drawn.insert(pictures.draw(random).labels->path.filename().string());
    }
    CHECK(drawn == std::set<std::string>{"square-0.png", "square-2.png"});
    const std::vector<std::string> notes = pictures.take_notes();
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].find("square-1.png") != std::string::npos);
    CHECK(pictures.take_notes().empty());
}

TEST_CASE("folders without a readable picture are errors") {
    FaceFolder folder("loader-none");
    write_square_set(folder, 2);
    folder.file("images/square-0.png", "");
    folder.file("images/square-1.png", "");
    FacePictures pictures({{folder.path()}}, 100);
    CropRandom random(1, 1, 1);
    CHECK(error_message(ErrorCode::io, [&] { pictures.draw(random); }).find("none of the 2 pictures of ") !=
          std::string::npos);
    {
        const FaceTrainOptions options = small_options(folder);
        FaceLoader loader(pictures, options);  // ends with the batches that it has begun to make
        CHECK(error_message(ErrorCode::io, [&] { loader.take(0); }).find("none of the 2 pictures of ") !=
              std::string::npos);
    }
    folder.file("wider_face_train_bbx_gt.txt", "");
    CHECK(error_message(ErrorCode::io, [&] {
              FacePictures empty({{folder.path()}}, 100);
          }).find("names no picture of split train") != std::string::npos);
}
