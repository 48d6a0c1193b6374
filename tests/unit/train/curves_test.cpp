#include "train/curves.hpp"

#include <iterator>
#include <limits>

#include "emotion_folder.hpp"
#include "support/catch.hpp"

using emotion::train::CurveFile;

namespace {

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("each row is on the disk at once, a NaN as an empty field") {
    EmotionFolder folder;
    CurveFile curves(folder / "c.csv", {"epoch", "loss"});
    curves.append({1, 0.5});
    CHECK(content(curves.path()) == "epoch,loss\n1,0.5\n");
    curves.append({2, std::numeric_limits<double>::quiet_NaN()});
    CHECK(content(curves.path()) == "epoch,loss\n1,0.5\n2,\n");
    error_message(emotion::ErrorCode::invalid_argument, [&] { curves.append({1}); });
}

TEST_CASE("a resumed run keeps the rows up to its checkpoint; another header starts anew") {
    EmotionFolder folder;
    folder.write("c.csv", "epoch,loss\n1,3\n2,2\n3,1\n");
    CurveFile(folder / "c.csv", {"epoch", "loss"}, 2).append({3, 1.5});
    CHECK(content(folder / "c.csv") == "epoch,loss\n1,3\n2,2\n3,1.5\n");
    CurveFile(folder / "c.csv", {"epoch", "rate"}, 2);
    CHECK(content(folder / "c.csv") == "epoch,rate\n");
}

TEST_CASE("a folder that is not there is an error") {
    EmotionFolder folder;
    error_message(emotion::ErrorCode::io, [&] { CurveFile(folder / "none/c.csv", {"epoch"}); });
}
