#include "emotion/recording.hpp"

#include <fstream>
#include <sstream>

#include "results.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using namespace emotion;
using test_models::TemporaryFolder;
using test_results::kLabels;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

RecordingOptions all_in(const TemporaryFolder& folder) {
    RecordingOptions options;
    options.video = folder.path() / "run.mp4";
    options.faces_table = folder.path() / "faces.csv";
    options.frames_table = folder.path() / "frames.jsonl";
    options.raw_table = folder.path() / "raw.csv";
    return options;
}

FrameResult two_faces(std::int64_t number) {
    return test_results::frame(number, {test_results::face(1, 40, 1), test_results::face(2, 200, 2)});
}

}  // namespace

TEST_CASE("All outputs hold the whole run, and the tables can be read while it goes on") {
    TemporaryFolder folder;
    const RecordingOptions options = all_in(folder);
    Recording recording(kLabels, options);
    for (int i = 0; i < 30; ++i) {
        recording.add(two_faces(i));
        CHECK(lines_of(options.faces_table).size() == static_cast<std::size_t>(1 + 2 * (i + 1)));
        CHECK(lines_of(options.frames_table).size() == static_cast<std::size_t>(i + 1));
    }
    recording.close();
    recording.close();
    CHECK(recording.failures().empty());
    CHECK(lines_of(options.raw_table).size() == 61);
    CHECK(lines_of(options.raw_table)[0] == "frame,neutral,happiness,anger");
    VideoSource video(options.video.string());
    int frames = 0;
    double last_s = -1;
    while (const std::optional<VideoFrame> frame = video.read()) {
        CHECK(frame->image.width() == 320);
        CHECK(frame->image.height() == 240);
        CHECK(frame->time_s > last_s);
        last_s = frame->time_s;
        ++frames;
    }
    CHECK(frames == 30);
    CHECK(last_s == Approx(29.0 / 25).margin(0.01));
}

TEST_CASE("An output that fails is named and ended, the others go on") {
    TemporaryFolder folder;
    RecordingOptions options = all_in(folder);
    options.video.clear();
    if (!std::filesystem::exists("/dev/full")) return;
    std::filesystem::create_symlink("/dev/full", folder.path() / "full.csv");
    options.raw_table = folder.path() / "full.csv";
    std::vector<std::string> failures;
    try {
        Recording recording(kLabels, options);
        for (int i = 0; i < 5; ++i) recording.add(two_faces(i));
        failures = recording.failures();
    } catch (const Error& error) {
        // Already the header finds no room.
        failures.emplace_back(error.what());
        options.raw_table.clear();
        Recording recording(kLabels, options);
        for (int i = 0; i < 5; ++i) recording.add(two_faces(i));
    }
    REQUIRE(failures.size() == 1);
    CHECK_THAT(failures[0], Catch::Contains("full.csv"));
    CHECK(lines_of(options.faces_table).size() == 11);
}

TEST_CASE("A video that cannot be made does not stop the tables") {
    TemporaryFolder folder;
    RecordingOptions options = all_in(folder);
    std::filesystem::create_directory(options.video);  // a folder stands where the file should be
    Recording recording(kLabels, options);
    for (int i = 0; i < 3; ++i) recording.add(two_faces(i));
    recording.close();
    REQUIRE(recording.failures().size() == 1);
    CHECK_THAT(recording.failures()[0], Catch::Contains("run.mp4"));
    CHECK(lines_of(options.faces_table).size() == 7);
}

TEST_CASE("Pictures of other sizes are brought to the size of the first") {
    TemporaryFolder folder;
    RecordingOptions options;
    options.video = folder.path() / "run.mp4";
    Recording recording({}, options);
    FrameResult small = test_results::frame(0, {}), large = test_results::frame(1, {});
    small.image = std::make_shared<const Image>(48, 64, PixelFormat::bgr8);
    recording.add(small);
    recording.add(large);
    recording.close();
    CHECK(recording.failures().empty());
    VideoSource video(options.video.string());
    for (int i = 0; i < 2; ++i) CHECK(video.read()->image.width() == 64);
}

TEST_CASE("Outputs that cannot be are refused before the run") {
    TemporaryFolder folder;
    RecordingOptions options;
    options.video = folder.path() / "run.avi";
    CHECK_THROWS_WITH(Recording(kLabels, options), Catch::Contains("must be a .mp4 file, got"));
    options = all_in(folder);
    options.raw_table = folder.path() / "." / "faces.csv";
    CHECK_THROWS_WITH(Recording(kLabels, options), Catch::Contains("two outputs have the same name"));
    options = all_in(folder);
    options.frames_table = folder.path() / "frames.xlsx";
    CHECK_THROWS_WITH(Recording(kLabels, options), Catch::Contains("a table must be a .csv or a .jsonl file, got"));
    options = all_in(folder);
    options.fps = 0;
    CHECK_THROWS_WITH(Recording(kLabels, options), "Recording: fps must be above 0, got 0");
}
