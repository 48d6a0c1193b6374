#include "train/emotion_card.hpp"

#include "emotion_folder.hpp"
#include "model/model_folder.hpp"
#include "nn/architectures.hpp"
#include "nn/load.hpp"
#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("a card is written, read back and says what was trained") {
    EmotionFolder folder;
    EmotionTrainOptions options;
    options.train = {parse_emotion_dataset("data/fer,part=0-6/10")};
    options.out = folder / "model";
    options.widths = {4, 4, 4};
    options.blocks = 1;
    options.notes["limits"] = "a \"test\"";
    train::TrainedEmotion trained;
    trained.epochs_done = 3;
    trained.temperature = 1.25;
    trained.report = {{"fer 1/2", "{\"accuracy\": 0.5}"}};
    const ModelCard card = train::emotion_card(options, trained);
    const nn::Module module(nn::build_architecture(card.architecture, 1, 8));
    write_model(options.out, card, nn::to_named_tensors(module));
    const nn::LoadedModule loaded = nn::load_module(options.out);
    CHECK(loaded.card.temperature == 1.25);
    CHECK(loaded.card.labels.size() == 8);
    CHECK(loaded.card.input.color == InputColor::gray);
    CHECK(loaded.card.input.per_image);
    REQUIRE(loaded.card.crop.landmarks);
    CHECK((*loaded.card.crop.landmarks)[1][0] == Approx(32.5f));
    CHECK(loaded.card.details.find("\"epochs_done\"") != std::string::npos);
    CHECK(loaded.card.details.find("0-6/10") != std::string::npos);
    CHECK(loaded.card.details.find("data/fer") ==
          std::string::npos);  // no paths of the machine, only the folder's name
}

TEST_CASE("a card of colour pictures of 64 px says so, and its landmarks lie where they lie in 48") {
    EmotionTrainOptions options;
    options.color = InputColor::rgb;
    options.size = 64;
    const ModelCard card = train::emotion_card(options, {});
    CHECK(card.input.color == InputColor::rgb);
    CHECK(card.input.height == 64);
    CHECK(card.input.width == 64);
    CHECK(card.description.find("64 x 64 colour face") != std::string::npos);
    CHECK((*card.crop.landmarks)[0][0] == Approx(15.7f * 64 / 48));
    CHECK(to_json(card).find("\"mean\": [0, 0, 0]") != std::string::npos);
    CHECK(train::emotion_card({}, {}).description.find("48 x 48 grey face") != std::string::npos);
}

TEST_CASE("settings differ exactly where the computation does") {
    EmotionTrainOptions a;
    a.train = {parse_emotion_dataset("fer")};
    EmotionTrainOptions b = a;
    b.threads = 3;
    b.name = "other";
    b.validation = {parse_emotion_dataset("valid")};
    CHECK(train::run_settings(a) == train::run_settings(b));
    // Options that came later: nothing at their defaults, so that older checkpoints can be resumed.
    for (const char* later : {"patience", "class_balance", "teacher", "precision", "color", "\"size\""})
        CHECK(train::run_settings(a).find(later) == std::string::npos);
    b.seed = 2;
    CHECK(train::run_settings(a) != train::run_settings(b));
    b = a;
    b.patience = 3;
    CHECK(train::run_settings(a) != train::run_settings(b));
    b = a;
    b.color = InputColor::rgb;
    CHECK(train::run_settings(a) != train::run_settings(b));
    b = a;
    b.size = 64;
    CHECK(train::run_settings(a) != train::run_settings(b));
    b = a;
    b.precision = Precision::bf16;
    CHECK(train::run_settings(a) != train::run_settings(b));
    b = a;
    b.device = "cuda";  // a run may go on elsewhere
    CHECK(train::run_settings(a) == train::run_settings(b));
    b = a;
    b.class_balance = 0.5;
    CHECK(train::run_settings(a) != train::run_settings(b));
    b = a;
    b.train[0].class_weight = 0.5;
    CHECK(train::run_settings(a) != train::run_settings(b));
}
