#include "nn/load.hpp"

#include <ATen/ATen.h>

#include "nn/architectures.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
using emotion::ModelCard;

namespace {

/// Writes a good model with a change to its card, or to its tensors, and gives the message of load_module.
template <class Change>
std::string refusal(const ModelCard& card, Change&& change) {
    test_models::TemporaryFolder folder;
    const int channels = card.input.color == emotion::InputColor::gray ? 1 : 3;
    ModelCard changed = card;
    std::vector<emotion::NamedTensor> tensors = test_models::make_tensors(
        emotion::nn::build_architecture(card.architecture, channels, static_cast<int>(card.labels.size())),
        test_models::fill_random);
    change(changed, tensors);
    emotion::write_model(folder.path(), changed, tensors);
    const std::string message =
        error_message(ErrorCode::model_format, [&] { emotion::nn::load_module(folder.path()); });
    INFO(message);
    CHECK(message.starts_with(folder.string() + ": "));
    return message;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const ModelCard kFaces = test_models::random_faces_card("face_resnet");
const ModelCard kEmotion = test_models::random_emotion_card(emotion::InputColor::gray);

}  // namespace

TEST_CASE("a module comes back from its folder as it was written") {
    test_models::TemporaryFolder folder;
    emotion::nn::Module module(emotion::nn::build_architecture(kEmotion.architecture, 1, 4));
    emotion::write_model(folder.path(), kEmotion, emotion::nn::to_named_tensors(module));
    const emotion::nn::LoadedModule loaded = emotion::nn::load_module(folder.path());
    CHECK(loaded.card.name == kEmotion.name);
    CHECK_FALSE(loaded.module->is_training());
    const at::Tensor x = at::randn({2, 1, 24, 24});
    const auto before = module.forward(x), after = loaded.module->forward(x);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(at::equal(before[i], after[i]));
}

TEST_CASE("to_named_tensors copies: later training does not reach it") {
    emotion::nn::Module module(emotion::nn::build_architecture(kEmotion.architecture, 1, 4));
    const auto tensors = emotion::nn::to_named_tensors(module);
    const float before = tensors[0].values[0];
    module.parameters()[0].fill_(before + 1);
    CHECK(tensors[0].values[0] == before);
}

TEST_CASE("load_module names the tensor that is missing, too many or misshapen") {
    CHECK(contains(refusal(kFaces, [](auto&, auto& tensors) { tensors.pop_back(); }), "lack the tensor 'head.32."));
    CHECK(contains(refusal(kFaces, [](auto&, auto& tensors) { tensors.push_back({"more", {1}, {1}}); }), "'more'"));
    CHECK(contains(refusal(kFaces,
                           [](auto&, auto& tensors) {
                               tensors[0].shape = {12, 9};
                           }),
                   "tensor 'stem.0.conv.weight' has shape [12, 9], expected [4, 3, 3, 3]"));
}

TEST_CASE("load_module refuses labels that the weights do not have") {
    CHECK(contains(refusal(kEmotion, [](ModelCard& card, auto&) { card.labels.pop_back(); }),
                   "the card has 3 labels, the weights have 4 classes"));
}

TEST_CASE("load_module refuses an architecture that is unknown or does not serve the task") {
    CHECK(contains(refusal(kFaces, [](ModelCard& card, auto&) { card.architecture.name = "vgg"; }),
                   "unknown architecture 'vgg'"));
    CHECK(contains(refusal(kEmotion, [](ModelCard& card, auto&) { card.architecture = kFaces.architecture; }),
                   "the architecture face_resnet does not serve the task emotion"));
    CHECK(contains(refusal(kFaces, [](ModelCard& card, auto&) { card.architecture = kEmotion.architecture; }),
                   "the architecture emotion_resnet does not serve the task faces"));
}

TEST_CASE("load_module refuses an input size that the network cannot take") {
    ModelCard card = kEmotion;
    card.architecture = {"lenet48", {}};
    card.input.height = card.input.width = 48;
    for (int side : {1, 24, 64})
        CHECK(contains(refusal(card, [side](ModelCard& c, auto&) { c.input.width = side; }),
                       "the architecture lenet48 does not take an input of " + std::to_string(side) + " x 48 px"));
}

TEST_CASE("a card that asks for a huge network is refused before memory is taken for it") {
    CHECK(contains(refusal(kEmotion,
                           [](ModelCard& card, auto&) {
                               card.architecture.parameters["widths"] = {2048, 2048, 2048};
                               card.architecture.parameters["blocks"] = {32};
                           }),
                   "numbers, the weights hold"));
}
