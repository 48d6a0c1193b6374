#include "media/folder_reader.hpp"

#include <algorithm>
#include <fstream>

#include "emotion/image_io.hpp"
#include "support/catch.hpp"
#include "unit/image/pictures.hpp"

using namespace emotion;

TEST_CASE("names are ordered as people count") {
    const std::vector<std::string> expected{"a.png",
                                            "a1.png",
                                            "a1b.png",
                                            "a01c.png",
                                            "a2.png",
                                            "a010.png",
                                            "a11.png",
                                            "a11x.png",
                                            "b.png",
                                            "b12345678901234567890.png",
                                            "b12345678901234567891.png"};
    std::vector<std::string> names(expected.rbegin(), expected.rend());
    std::sort(names.begin(), names.end(), natural_less);
    CHECK(names == expected);
    for (const auto& a : expected) {
        CHECK_FALSE(natural_less(a, a));
        for (const auto& b : expected)
            if (a != b) CHECK(natural_less(a, b) != natural_less(b, a));
    }
    CHECK(natural_less("01.jpg", "1.jpg") != natural_less("1.jpg", "01.jpg"));
}

TEST_CASE("a folder gives its pictures in order; what cannot be read is named and left out") {
    ScratchFolder folder;
    for (const int number : {10, 2, 1, 30}) {
        Image image(4, 6, PixelFormat::rgb8);
        image.row(0)[0] = static_cast<std::uint8_t>(number);
        write_image(folder.path() / (std::to_string(number) + ".png"), image);
    }
    std::ofstream(folder.path() / "3.jpg") << "no picture";
    std::ofstream(folder.path() / "notes.txt") << "text";
    write_image(folder.path() / ".hidden.png", Image(4, 6, PixelFormat::rgb8));
    VideoSourceOptions options;
    options.fps = 5;
    const std::atomic<bool> stop{false};
    HealthRecord health;
    FolderReader reader(folder.path(), options, stop, health);
    CHECK(reader.properties().height == 4);
    CHECK(reader.properties().width == 6);
    CHECK(reader.properties().frame_count == 5);
    CHECK_FALSE(reader.properties().is_live);
    std::vector<int> values, numbers;
    while (const auto frame = reader.next()) {
        CHECK(frame->image.format() == PixelFormat::bgr8);
        values.push_back(frame->image.row(0)[2]);
        numbers.push_back(static_cast<int>(frame->number));
        CHECK(*frame->time_s == Approx(frame->number / 5.0));
    }
    CHECK(values == std::vector<int>{1, 2, 10, 30});
    CHECK(numbers == std::vector<int>{0, 1, 3, 4});
    REQUIRE(health.get().skipped.size() == 1);
    CHECK(health.get().skipped[0].find("3.jpg") != std::string::npos);
    CHECK_FALSE(reader.next());
}

TEST_CASE("a folder without a picture that can be read is an error that says why") {
    ScratchFolder folder;
    const std::atomic<bool> stop{false};
    HealthRecord health;
    auto message = [&] { return error_message(ErrorCode::io, [&] { FolderReader(folder.path(), {}, stop, health); }); };
    CHECK(message() == "VideoSource: there is no picture in the folder " + folder.path().string());
    std::ofstream(folder.path() / "1.jpg") << "no picture";
    CHECK(message().find("1.jpg is not a picture") != std::string::npos);
}
