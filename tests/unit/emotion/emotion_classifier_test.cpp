#include "emotion/emotion_classifier.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "emotion/alignment.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"
#include "support/pictures.hpp"

using namespace emotion;
using test_models::TemporaryFolder;

namespace {

/// A classifier of random weights and its folder.
struct RandomClassifier {
    TemporaryFolder folder;
    EmotionClassifierOptions options;
    explicit RandomClassifier(InputColor color = InputColor::rgb) {
        test_models::write(folder.path(), test_models::random_emotion_card(color), test_models::fill_random);
        options.model = folder.string();
        options.device = "cpu";
        options.precision = Precision::f32;
    }
    EmotionClassifier make() const { return EmotionClassifier(options); }
};

/// A smooth picture, so that half a pixel more or less changes little.
Image smooth_picture(int height, int width, double phase, PixelFormat format = PixelFormat::rgb8) {
    Image image(height, width, format);
    const int depth = channels(format);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < depth; ++c)
                image.row(y)[depth * x + c] = static_cast<std::uint8_t>(127 + 100 * std::sin(0.11 * x + phase + c) *
                                                                                  std::cos(0.07 * y + 0.5 * phase));
    return image;
}

std::vector<Face> some_faces() {
    std::vector<Face> faces;
    for (int i = 0; i < 7; ++i) {
        const float x = 10 + 15 * static_cast<float>(i), y = 20 + 5 * static_cast<float>(i % 3), s = 30;
        faces.push_back({{x, y, x + s, y + 1.2f * s}, 0.9f, std::nullopt});
        if (i % 2 == 0)
            faces.back().landmarks =
                Landmarks{{{x + 9, y + 12}, {x + 21, y + 11}, {x + 15, y + 19}, {x + 10, y + 26}, {x + 20, y + 25}}};
    }
    return faces;
}

void check_same(const Emotion& a, const Emotion& b, double margin = 1e-5) {
    CHECK(*a.labels == *b.labels);
    REQUIRE(a.probabilities.size() == b.probabilities.size());
    for (std::size_t i = 0; i < a.probabilities.size(); ++i)
        CHECK(a.probabilities[i] == Approx(b.probabilities[i]).margin(margin));
    REQUIRE(a.valence.has_value() == b.valence.has_value());
    if (!a.valence) return;
    CHECK(*a.valence == Approx(*b.valence).margin(margin));
    CHECK(*a.arousal == Approx(*b.arousal).margin(margin));
}

void check_same(const std::vector<Emotion>& a, const std::vector<Emotion>& b, double margin = 1e-5) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        INFO("face " << i);
        check_same(a[i], b[i], margin);
    }
}

}  // namespace

TEST_CASE("Every face gets probabilities that sum to 1, a label, and valence and arousal in [-1, 1]") {
    const EmotionClassifier classifier = RandomClassifier().make();
    CHECK(classifier.labels() == std::vector<std::string>{"calm", "glad", "mad", "odd"});
    CHECK(classifier.has_valence_arousal());
    const std::vector<Face> faces = some_faces();
    const std::vector<Emotion> emotions = classifier.classify(smooth_picture(80, 160, 0.3), faces);
    REQUIRE(emotions.size() == faces.size());
    for (const Emotion& emotion : emotions) {
        REQUIRE(emotion.probabilities.size() == 4);
        CHECK(std::accumulate(emotion.probabilities.begin(), emotion.probabilities.end(), 0.0) ==
              Approx(1).margin(1e-6));
        for (float p : emotion.probabilities) CHECK((p >= 0 && p <= 1));
        CHECK(emotion.label() == classifier.labels()[static_cast<std::size_t>(emotion.label_index())]);
        REQUIRE((emotion.valence && emotion.arousal));
        CHECK(std::abs(*emotion.valence) <= 1);
        CHECK(std::abs(*emotion.arousal) <= 1);
    }
    CHECK(emotions[0].probabilities != emotions[3].probabilities);
}

TEST_CASE("A classifier gives the numbers of the reference in PyTorch and numpy") {
    const EmotionClassifier classifier = RandomClassifier().make();
    const Image crop = test_pictures::formula_picture(24, 24);
    const std::vector<ImageView> views{crop};
    const Emotion emotion = classifier.classify_crops(views)[0];
    const nlohmann::json golden = test_models::golden("emotion_resnet");
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(emotion.probabilities[i] == Approx(golden["probabilities"][i].get<double>()).margin(1e-4));
    CHECK(*emotion.valence == Approx(golden["valence"].get<double>()).margin(1e-4));
    CHECK(*emotion.arousal == Approx(golden["arousal"].get<double>()).margin(1e-4));
}

TEST_CASE("A calibration is the softmax of an affine map of the logarithms of the probabilities") {
    RandomClassifier random;
    ModelCard card = test_models::random_emotion_card(InputColor::rgb);
    const Calibration turned = test_models::turning_calibration();
    card.calibrations["turned"] = turned;
    card.calibrations["same"] = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, {0, 0, 0, 0}, ""};
    test_models::write(random.folder.path(), card, test_models::fill_random);
    const Image crop = test_pictures::formula_picture(24, 24);
    const std::vector<ImageView> views{crop};
    const auto said = [&](const std::string& name) {
        random.options.calibration = name;
        return random.make().classify_crops(views)[0];
    };
    const Emotion own = said("");
    check_same(said("same"), own, 1e-6);
    const Emotion calibrated = said("turned");
    CHECK(*calibrated.valence == *own.valence);
    std::array<double, 4> values{};
    for (std::size_t i = 0; i < 4; ++i) {
        values[i] = turned.bias[i];
        for (std::size_t k = 0; k < 4; ++k) values[i] += turned.weights[i][k] * std::log(own.probabilities[k]);
        values[i] = std::exp(values[i]);
    }
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    for (std::size_t i = 0; i < 4; ++i) CHECK(calibrated.probabilities[i] == Approx(values[i] / sum).margin(1e-5));

    random.options.calibration = "none-such";
    CHECK(error_message(ErrorCode::invalid_argument, [&] { random.make(); }) ==
          "EmotionClassifier: model 'test-emotion' has no calibration 'none-such'; it has 'same', 'turned'");
}

TEST_CASE("No faces, no pictures and no crops give nothing") {
    const EmotionClassifier classifier = RandomClassifier().make();
    CHECK(classifier.classify(smooth_picture(10, 10, 0), {}).empty());
    CHECK(classifier.classify_crops({}).empty());
    CHECK(classifier.classify(std::span<const ImageView>{}, std::span<const std::vector<Face>>{}).empty());
    const Image image = smooth_picture(10, 10, 0);
    const std::vector<ImageView> views{image, image};
    const std::vector<std::vector<Face>> none(2);
    CHECK(classifier.classify(views, none).size() == 2);
}

TEST_CASE("The size of the batch changes nothing") {
    RandomClassifier random;
    const Image image = smooth_picture(80, 160, 1.1);
    const std::vector<Face> faces = some_faces();
    const std::vector<Emotion> expected = random.make().classify(image, faces);
    for (int batch_size : {1, 2, 3, 7}) {
        INFO("batch_size " << batch_size);
        random.options.batch_size = batch_size;
        check_same(random.make().classify(image, faces), expected, 1e-4);
    }
}

TEST_CASE("Faces of several pictures go through together and come back to their pictures") {
    RandomClassifier random;
    random.options.batch_size = 4;  // batches that hold faces of two pictures
    const EmotionClassifier classifier = random.make();
    const std::vector<Image> images{smooth_picture(80, 160, 0), smooth_picture(90, 150, 2, PixelFormat::bgr8),
                                    smooth_picture(80, 130, 4, PixelFormat::gray8)};
    std::vector<std::vector<Face>> faces{some_faces(), {}, some_faces()};
    faces[2].resize(3);
    const std::vector<ImageView> views(images.begin(), images.end());
    const std::vector<std::vector<Emotion>> emotions = classifier.classify(views, faces);
    REQUIRE(emotions.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) check_same(emotions[i], classifier.classify(images[i], faces[i]), 1e-4);
    faces.pop_back();
    CHECK(error_message(ErrorCode::invalid_argument, [&] { classifier.classify(views, faces); }) ==
          "EmotionClassifier: 3 pictures with 2 lists of faces, expected one for each");
}

TEST_CASE("A face is classified as its aligned crop is") {
    for (InputColor color : {InputColor::rgb, InputColor::bgr, InputColor::gray}) {
        const EmotionClassifier classifier = RandomClassifier(color).make();
        const Image image = smooth_picture(80, 160, 0.7);
        const std::vector<Face> faces = some_faces();
        const std::vector<Image> crops = align_faces(image, faces, classifier.card().crop, 24, 24);
        const std::vector<ImageView> views(crops.begin(), crops.end());
        check_same(classifier.classify_crops(views), classifier.classify(image, faces), 0.02);  // crops are rounded
    }
}

TEST_CASE("Crops of any size are resized to the input") {
    const EmotionClassifier classifier = RandomClassifier().make();
    const Image exact = smooth_picture(24, 24, 0.2);
    Image doubled(48, 48, PixelFormat::rgb8);  // every pixel four times
    for (int y = 0; y < 48; ++y)
        for (int x = 0; x < 48; ++x) std::copy_n(exact.row(y / 2) + 3 * (x / 2), 3, doubled.row(y) + 3 * x);
    const std::vector<ImageView> views{exact, doubled};
    const std::vector<Emotion> emotions = classifier.classify_crops(views);
    check_same(emotions[0], emotions[1]);
    for (const auto& [height, width] : {std::pair{1, 1}, std::pair{1, 300}, std::pair{47, 49}}) {
        const Image crop = smooth_picture(height, width, 0.2);
        const std::vector<ImageView> one{crop};
        CHECK(classifier.classify_crops(one).size() == 1);
    }
}

TEST_CASE("The channel order is said, grey is colour of equal channels, parts equal copies") {
    const EmotionClassifier classifier = RandomClassifier().make();
    const Image rgb = smooth_picture(24, 24, 0.9);
    const Image bgr = convert(rgb, PixelFormat::bgr8);
    const Image gray = convert(rgb, PixelFormat::gray8);
    const Image equal = convert(gray, PixelFormat::rgb8);
    ImageView wrong = rgb.view();
    wrong.format = PixelFormat::bgr8;
    const std::vector<ImageView> views{rgb, bgr, gray, equal, wrong};
    const std::vector<Emotion> emotions = classifier.classify_crops(views);
    check_same(emotions[0], emotions[1]);
    check_same(emotions[2], emotions[3]);
    CHECK(emotions[0].probabilities != emotions[4].probabilities);

    const Image large = smooth_picture(60, 70, 0.9);
    const ImageView part = large.view().part(11, 7, 24, 24);
    const Image copy(part);
    const std::vector<ImageView> both{part, copy};
    const std::vector<Emotion> parts = classifier.classify_crops(both);
    check_same(parts[0], parts[1]);
}

TEST_CASE("Averaged over the mirror image, a crop and its mirror image are the same") {
    RandomClassifier random;
    const Image crop = smooth_picture(24, 24, 0.4);
    const Image mirror = test_pictures::mirrored(crop);
    const std::vector<ImageView> views{crop, mirror};
    const std::vector<Emotion> plain = random.make().classify_crops(views);
    CHECK(plain[0].probabilities != plain[1].probabilities);
    random.options.flip_average = true;
    const std::vector<Emotion> averaged = random.make().classify_crops(views);
    check_same(averaged[0], averaged[1], 1e-4);
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(averaged[0].probabilities[i] ==
              Approx((plain[0].probabilities[i] + plain[1].probabilities[i]) / 2).margin(1e-4));
    CHECK(*averaged[0].valence == Approx((*plain[0].valence + *plain[1].valence) / 2).margin(1e-4));
}

TEST_CASE("The card's temperature flattens the probabilities") {
    RandomClassifier random;
    const Image crop = smooth_picture(24, 24, 0.4);
    const std::vector<ImageView> views{crop};
    const std::vector<float> warm = random.make().classify_crops(views)[0].probabilities;
    ModelCard card = test_models::random_emotion_card(InputColor::rgb);
    card.temperature = 3;  // instead of 1.5: odds become their square roots
    test_models::write(random.folder.path(), card, test_models::fill_random);
    const std::vector<float> hot = random.make().classify_crops(views)[0].probabilities;
    for (std::size_t i = 1; i < 4; ++i)
        CHECK(std::log(hot[i] / hot[0]) == Approx(std::log(warm[i] / warm[0]) / 2).margin(1e-4));
}

TEST_CASE("A model without valence and arousal leaves them unset") {
    ModelCard card = test_models::random_emotion_card(InputColor::gray);
    card.architecture = {"lenet48", {}};
    card.input.height = card.input.width = 48;
    TemporaryFolder folder;
    test_models::write(folder.path(), card, test_models::fill_random);
    EmotionClassifierOptions options;
    options.model = folder.string();
    const EmotionClassifier classifier(options);
    CHECK(!classifier.has_valence_arousal());
    const Image crop = smooth_picture(48, 48, 0.4);
    const std::vector<ImageView> views{crop};
    const Emotion emotion = classifier.classify_crops(views)[0];
    CHECK(!emotion.valence);
    CHECK(!emotion.arousal);
    CHECK(emotion.probabilities.size() == 4);
}

TEST_CASE("The label is the first of the largest probabilities") {
    Emotion emotion;
    emotion.labels = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b", "c"});
    emotion.probabilities = {0.2f, 0.4f, 0.4f};
    CHECK(emotion.label_index() == 1);
    CHECK(emotion.label() == "b");
    emotion.probabilities = {1.0f};
    error_message(ErrorCode::invalid_argument, [&] { emotion.label_index(); });
    error_message(ErrorCode::invalid_argument, [] { Emotion{}.label_index(); });
}

TEST_CASE("Bad options, models, pictures and faces are clear errors") {
    EmotionClassifierOptions options;
    options.batch_size = 0;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { options.validate(); }) ==
          "EmotionClassifier: batch_size must be at least 1, got 0");
    options = {};
    options.model = "";
    error_message(ErrorCode::invalid_argument, [&] { options.validate(); });

    TemporaryFolder folder;
    test_models::write_bright_cell_detector(folder.path());
    options.model = folder.string();
    CHECK(error_message(ErrorCode::invalid_argument, [&] { EmotionClassifier classifier(options); }) ==
          "EmotionClassifier: model '" + folder.string() + "' is a faces model, expected an emotion model");

    const EmotionClassifier classifier = RandomClassifier().make();
    const Image image = smooth_picture(30, 30, 0);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<Face> no_number{{{0, nan, 20, 20}, 1, std::nullopt}};
    error_message(ErrorCode::invalid_argument, [&] { classifier.classify(image, no_number); });
    const std::vector<Face> flat{{{5, 5, 5, 20}, 1, std::nullopt}};
    error_message(ErrorCode::invalid_argument, [&] { classifier.classify(image, flat); });
    error_message(ErrorCode::invalid_argument, [&] { classifier.classify(ImageView{}, {}); });
    const std::vector<ImageView> empty{ImageView{}};
    CHECK(error_message(ErrorCode::invalid_argument, [&] {
              classifier.classify_crops(empty);
          }).find("EmotionClassifier") == 0);
}

TEST_CASE("Two threads on one classifier get what one gets") {
    const EmotionClassifier classifier = RandomClassifier().make();
    const std::vector<Face> faces = some_faces();
    std::vector<Image> images;
    std::vector<std::vector<Emotion>> expected;
    for (int i = 0; i < 4; ++i) {
        images.push_back(smooth_picture(80, 160, i));
        expected.push_back(classifier.classify(images.back(), faces));
    }
    std::vector<int> wrong(2, 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 2; ++t)
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < 80; ++i) {
                const std::size_t which = (i + t) % images.size();
                const std::vector<Emotion> found = classifier.classify(images[which], faces);
                for (std::size_t k = 0; k < faces.size(); ++k)
                    if (found[k].probabilities != expected[which][k].probabilities) ++wrong[t];
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == std::vector<int>{0, 0});
}
