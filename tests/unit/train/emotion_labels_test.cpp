#include "train/emotion_labels.hpp"

#include "emotion_folder.hpp"
#include "support/catch.hpp"

using namespace emotion;
using train::picture_from_votes;

namespace {

std::vector<std::string> names(const std::vector<train::LabelledPicture>& pictures) {
    std::vector<std::string> result;
    for (const auto& picture : pictures) result.push_back(picture.name);
    return result;
}

bool has(const std::string& text, const std::string& part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("votes of single persons are dropped and the rest is a distribution") {
    const auto picture = picture_from_votes("a.png", {6, 3, 1, 0, 0, 0, 0, 0, 0, 0});
    CHECK(picture.has_classes);
    CHECK(picture.classes[0] == Approx(6.0 / 9));
    CHECK(picture.classes[1] == Approx(3.0 / 9));
    CHECK(picture.classes[2] == 0);
    CHECK(picture.majority == 0);
    CHECK(picture.clear);
}

TEST_CASE("the majority protocol asks for more than half") {
    const auto even = picture_from_votes("a", {5, 5, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(even.has_classes);
    CHECK(even.majority == -1);
    // Five of nine votes left, but five of all ten: a majority, not a clear one.
    const auto narrow = picture_from_votes("a", {0, 0, 5, 4, 1, 0, 0, 0, 0, 0});
    CHECK(narrow.majority == 2);
    CHECK_FALSE(narrow.clear);
}

TEST_CASE("pictures of no face, of no known expression and without votes are none") {
    CHECK_FALSE(picture_from_votes("a", {4, 0, 0, 0, 0, 0, 0, 0, 6, 0}).has_classes);
    CHECK_FALSE(picture_from_votes("a", {0, 0, 0, 0, 0, 0, 0, 0, 0, 10}).has_classes);
    CHECK_FALSE(picture_from_votes("a", {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}).has_classes);
    // Votes for "unknown" count in the majority, not in the distribution.
    const auto unsure = picture_from_votes("a", {5, 0, 0, 0, 0, 0, 0, 0, 5, 0});
    CHECK(unsure.majority == -1);
    CHECK(unsure.classes[0] == 1);
}

TEST_CASE("the mean place on the circumplex") {
    CHECK(train::mean_circumplex({1, 0, 0, 0, 0, 0, 0, 0}) == std::array<float, 2>{0, 0});
    const auto happy = train::mean_circumplex({0.5f, 0.5f, 0, 0, 0, 0, 0, 0});
    CHECK(happy[0] == Approx(0.49));
    CHECK(happy[1] == Approx(0.095));
}

TEST_CASE("a table with names, with numbers, with places only") {
    EmotionFolder folder;
    folder.write("a/labels.csv",
                 "\xEF\xBB\xBFimage,emotion,valence,arousal\r\nx.jpg,Happy,0.5,-0.25\r\nw.jpg,anger,,\r\n");
    const auto a = train::read_emotion_labels({.path = folder / "a"});
    REQUIRE(names(a) == std::vector<std::string>{"w.jpg", "x.jpg"});
    CHECK(a[0].majority == 4);
    CHECK_FALSE(a[0].va);
    CHECK(a[1].classes[1] == 1);
    CHECK(*a[1].va == std::array<float, 2>{0.5f, -0.25f});

    folder.write("b/labels.csv", "image,folder,expression,valence,arousal\n\"i,1.jpg\",sad people,2,-0.5,0\n");
    const auto b = train::read_emotion_labels({.path = folder / "b"});
    REQUIRE(b.size() == 1);
    CHECK(b[0].name == "i,1.jpg");
    CHECK(b[0].majority == 3);

    folder.write("l/labels.csv", "image,label,valence,arousal\nx.jpg,fear,0,1\n");
    CHECK(train::read_emotion_labels({.path = folder / "l"}).at(0).majority == 6);

    folder.write("c/labels.csv", "image,valence,arousal\nx.jpg,0,1\n");
    CHECK_FALSE(train::read_emotion_labels({.path = folder / "c"}).at(0).has_classes);
}

TEST_CASE("a table anywhere, with votes where there are some") {
    EmotionFolder folder;
    folder.write(
        "a/faces.csv",
        "image,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,not_a_face,emotion,valence,arousal\n"
        "a.png,0,6,3,1,0,0,0,0,0,fear,,\n"
        "b.png,,,,,,,,,,fear,,\n"
        "c.png,2,0,0,0,0,0,0,0,8,fear,,\n"
        "d.png,,,,,,,,,,,0.5,-1\n"
        "e.png,,,,,,,,,,,,\n");
    const EmotionDataset set{.path = folder / "a/faces.csv"};
    const auto pictures = train::read_emotion_labels(set);
    CHECK(train::pictures_folder(set) == folder / "a");
    REQUIRE(names(pictures) == std::vector<std::string>{"a.png", "b.png", "d.png"});  // c: no face, e: no label
    CHECK(pictures[0].classes[1] == Approx(6.0 / 9));
    CHECK(pictures[0].classes[2] == Approx(3.0 / 9));
    CHECK(pictures[0].majority == 1);
    CHECK(pictures[1].majority == 6);
    CHECK_FALSE(pictures[2].has_classes);
    CHECK(*pictures[2].va == std::array<float, 2>{0.5f, -1});
}

TEST_CASE("a table's votes are whole numbers for all eight classes") {
    EmotionFolder folder;
    auto message = [&](const std::string& text) {
        folder.write("t.csv", text);
        return error_message(ErrorCode::io, [&] { train::read_emotion_labels({.path = folder / "t.csv"}); });
    };
    const std::string header = "image,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt\n";
    CHECK(has(message("image,neutral,happiness\n"), "line 1: the column of votes 'surprise' is missing"));
    CHECK(has(message(header + "a.png,0.7,0.3,0,0,0,0,0,0\n"), "line 2: a vote must be a whole number, got '0.7'"));
    CHECK(has(message(header + "a.png,-1,0,0,0,0,0,0,0\n"), "a vote must be a number in [0, 1000], got '-1'"));
    CHECK(has(error_message(ErrorCode::io, [&] { train::read_emotion_labels({.path = folder / "none.csv"}); }),
              "cannot read the label file"));
}

TEST_CASE("a folder for each class, by its names in any case") {
    EmotionFolder folder;
    for (const char* name :
         {"Happiness/b.jpg", "Happiness/a.PNG", "Happiness/notes.txt", "ANGRY/c.bmp", ".cache/x.png", "readme.md"})
        folder.write(name, "");
    const auto pictures = train::read_emotion_labels({.path = folder.path()});
    REQUIRE(names(pictures) == std::vector<std::string>{"ANGRY/c.bmp", "Happiness/a.PNG", "Happiness/b.jpg"});
    CHECK(pictures[0].majority == 4);
    CHECK(pictures[0].classes[4] == 1);
    CHECK(pictures[2].majority == 1);
    CHECK(names(train::read_emotion_labels({.path = folder.path(), .part = "1/2"})) ==
          std::vector<std::string>{"Happiness/a.PNG"});
    folder.write("joy/d.png", "");
    CHECK(has(error_message(ErrorCode::io, [&] { train::read_emotion_labels({.path = folder.path()}); }),
              "its folder 'joy' is named by no class, expected neutral, happiness"));
}

TEST_CASE("parts are by place in the order of names, and do not overlap") {
    EmotionFolder folder;
    folder.write("label.csv",
                 "d.png,b,9,0,0,0,0,0,0,0,0,0\nb.png,b,9,0,0,0,0,0,0,0,0,0\n"
                 "c.png,b,0,0,0,0,0,0,0,0,0,9\na.png,b,9,0,0,0,0,0,0,0,0,0\n");
    auto part = [&](const char* text) {
        return names(train::read_emotion_labels({.path = folder.path(), .part = text}));
    };
    CHECK(part("0/2") == std::vector<std::string>{"a.png"});  // c.png has this place too, and no face
    CHECK(part("1/2") == std::vector<std::string>{"b.png", "d.png"});
    CHECK(part("0-1/3") == std::vector<std::string>{"a.png", "b.png", "d.png"});
}

TEST_CASE("pictures of one person stay on one side") {
    EmotionFolder folder;
    std::string table = "image,emotion\n";
    for (const char* name : {"Ann_1", "Ann_2", "Bob_0001", "Cid_1", "Cid_2", "Cid_3"})
        table += std::string(name) + ".jpg,fear\n";
    folder.write("labels.csv", table);
    CHECK(names(train::read_emotion_labels({.path = folder.path(), .part = "0/2"})) ==
          std::vector<std::string>{"Ann_1.jpg", "Ann_2.jpg", "Cid_1.jpg", "Cid_2.jpg", "Cid_3.jpg"});
}

TEST_CASE("a wrong label file is named with its line") {
    EmotionFolder folder;
    auto message = [&](const std::string& file, const std::string& text) {
        std::filesystem::remove(folder / "label.csv");
        folder.write(file, text);
        return error_message(ErrorCode::io, [&] { train::read_emotion_labels({.path = folder.path()}); });
    };
    CHECK(has(message("none.txt", ""), "holds neither label.csv nor labels.csv nor folders of classes"));
    CHECK(has(message("labels.csv", ""), "the file is empty"));
    CHECK(has(message("labels.csv", "picture,emotion\n"), "line 1: expected a header with 'image'"));
    CHECK(has(message("labels.csv", "image;emotion\n"), "got 'image;emotion'"));
    CHECK(has(message("labels.csv", "image,emotion,emotion\n"), "line 1: the column 'emotion' is there twice"));
    CHECK(has(message("labels.csv", "image,emotion,label\n"), "the column 'label' is there twice; 'label' and"));
    CHECK(has(message("labels.csv", "image,emotion,valence\n"), "'valence' is there without 'arousal'"));
    CHECK(has(message("labels.csv", "image,arousal\n"), "'arousal' is there without 'valence'"));
    CHECK(has(message("labels.csv", "image,emotion\n,anger\n"), "line 2: the name of the picture is empty"));
    CHECK(has(message("labels.csv", "image,valence,arousal\na.png,,0.5\n"), "line 2: valence must be a number"));
    CHECK(has(message("labels.csv", "image,expression\na.png,2.5\n"), "expression must be a whole number, got '2.5'"));
    CHECK(has(message("labels.csv", "image,emotion\na.png,joy\n"), "line 2: unknown emotion 'joy'"));
    CHECK(has(message("labels.csv", "image,emotion\na.png\n"), "line 2: expected 2 fields as in the header, got 1"));
    CHECK(has(message("labels.csv", "image,valence,arousal\n\na.png,0,-2\n"),
              "line 3: arousal must be a number in [-1, 1], got '-2'"));
    CHECK(has(message("labels.csv", "image,valence,arousal\na.png,nan,0\n"), "got 'nan'"));
    CHECK(has(message("label.csv", "a.png,box,1,2\n"), "line 1: expected a picture, a box and ten votes, got 4"));
    CHECK(has(message("label.csv", "a.png,box,1,2,x,0,0,0,0,0,0,0\n"), "line 1: a vote must be a number"));
    CHECK(has(error_message(ErrorCode::io, [] { train::read_emotion_labels({.path = "/no/such/folder"}); }),
              "there is no folder /no/such/folder"));
}

TEST_CASE("a data set's text form") {
    const EmotionDataset set = parse_emotion_dataset("some/folder,part=0-6/10,classes=0,va=0.5");
    CHECK(set.path == "some/folder");
    CHECK(set.part == "0-6/10");
    CHECK(set.class_weight == 0);
    CHECK(set.va_weight == 0.5);
    CHECK(parse_emotion_dataset("x").part == "all");
    for (const char* wrong : {"x,part=2/2", "x,part=1", "x,part=3-1/5", "x,part=-1/5", "x,classes=", "x,classes=-1",
                              "x,va=nan", "x,part=0/2,part=1/2", "x,weight=1", "x,", ""}) {
        INFO(wrong);
        error_message(ErrorCode::invalid_argument, [&] { parse_emotion_dataset(wrong); });
    }
}
