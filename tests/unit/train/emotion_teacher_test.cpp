#include "train/emotion_teacher.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "emotion_folder.hpp"
#include "model/model_folder.hpp"
#include "nn/architectures.hpp"
#include "nn/load.hpp"
#include "support/catch.hpp"
#include "train/emotion_augment.hpp"
#include "train/emotion_card.hpp"

using namespace emotion;

namespace {

/// A model with random weights, as the trainer writes it but for what `change` does to its card.
template <class Change>
nn::LoadedModule write_random_model(const std::filesystem::path& folder, int seed, Change change) {
    EmotionTrainOptions options;
    options.widths = {8, 8, 16};
    options.blocks = 1;
    ModelCard card = train::emotion_card(options, {});
    change(card);
    at::manual_seed(seed);
    const nn::Module module(nn::build_architecture(card.architecture, card.input.color == InputColor::gray ? 1 : 3,
                                                   static_cast<int>(card.labels.size())));
    write_model(folder, card, nn::to_named_tensors(module));
    return nn::load_module(folder);
}

bool close(const at::Tensor& a, const at::Tensor& b) {
    return at::allclose(a, b, 1e-4, 1e-5);
}

}  // namespace

TEST_CASE("targets with labels are mixed, those without are the teacher's alone") {
    train::EmotionTargets targets;
    targets.classes = at::zeros({3, 8});
    targets.classes[0][0] = 1;
    targets.classes[1][1] = 1;
    targets.class_weight = at::tensor({1.0f, 2.0f, 0.0f});
    targets.va = at::tensor({0.4f, -0.2f, 0.9f, 0.9f, 0.0f, 0.0f}).view({3, 2});
    targets.va_weight = at::tensor({1.0f, 0.0f, 0.0f});
    targets.weak_va = at::tensor({0, 1, 0}).to(at::kBool);
    targets.weak_va_share = 0.03;
    train::EmotionTeacherView view;
    view.classes = at::zeros({3, 8});
    view.classes.select(1, 0).fill_(0.6);
    view.classes.select(1, 7).fill_(0.4);
    view.va = at::tensor({0.8f, 0.6f, -0.5f, 0.1f, 0.3f, -0.3f}).view({3, 2});

    train::EmotionTargets plain = targets;
    train::EmotionTeacherView without_va = view;
    without_va.va = at::Tensor();
    train::mix_in_teachers(plain, without_va, 0.25, 0.4);
    CHECK(at::equal(plain.va, targets.va));
    CHECK(at::equal(plain.weak_va, targets.weak_va));
    CHECK(plain.weak_va_share == 0.03);

    train::mix_in_teachers(targets, view, 0.25, 0.4);
    CHECK(targets.classes[0][0].item<float>() == Approx(0.75 + 0.25 * 0.6));
    CHECK(targets.classes[0][7].item<float>() == Approx(0.25 * 0.4));
    CHECK(targets.classes[1][0].item<float>() == Approx(0.25 * 0.6));
    CHECK(targets.classes[1][1].item<float>() == Approx(0.75));
    CHECK(targets.classes[2][0].item<float>() == Approx(0.6));
    CHECK(at::equal(targets.class_weight, at::tensor({1.0f, 2.0f, 0.25f})));
    CHECK(close(targets.va, at::tensor({0.5f, 0.0f, -0.5f, 0.1f, 0.3f, -0.3f}).view({3, 2})));
    CHECK(at::equal(targets.va_weight, at::tensor({1.0f, 0.0f, 0.0f})));
    CHECK(at::equal(targets.weak_va, at::tensor({0, 1, 1}).to(at::kBool)));
    CHECK(targets.weak_va_share == Approx(0.1));
}

TEST_CASE("teachers say the mean of their modules' probabilities, whatever temperature their cards have") {
    EmotionFolder folder;
    const auto unchanged = [](ModelCard&) {};
    const nn::LoadedModule a = write_random_model(folder / "a", 1, [](ModelCard& card) { card.temperature = 3; });
    const nn::LoadedModule b = write_random_model(folder / "b", 2, unchanged);
    const train::EmotionTeachers teachers({(folder / "a").string(), (folder / "b").string()}, train::emotion_input({}));
    CHECK_FALSE(teachers.empty());
    at::manual_seed(3);
    const at::Tensor x = train::normalise_pictures(at::randint(256, {5, 1, 48, 48}, at::kByte));
    const train::EmotionTeacherView view = teachers.look(x);
    const at::NoGradGuard no_grad;
    const auto from_a = a.module->forward(x);
    const auto from_b = b.module->forward(x);
    CHECK(close(view.classes, (at::softmax(from_a[0], 1) + at::softmax(from_b[0], 1)) / 2));
    CHECK(close(view.va, (at::tanh(from_a[1]) + at::tanh(from_b[1])) / 2));
    CHECK_FALSE(view.classes.requires_grad());
}

TEST_CASE("teachers without valence and arousal teach classes alone") {
    EmotionFolder folder;
    write_random_model(folder / "lenet", 1,
                       [](ModelCard& card) { card.architecture = {.name = "lenet48", .parameters = {}}; });
    const train::EmotionTeachers teachers({(folder / "lenet").string()}, train::emotion_input({}));
    const train::EmotionTeacherView view = teachers.look(at::zeros({2, 1, 48, 48}));
    CHECK(view.classes.sizes() == at::IntArrayRef({2, 8}));
    CHECK_FALSE(view.va.defined());
}

TEST_CASE("a teacher of other labels, size, colour or normalisation is refused") {
    EmotionFolder folder;
    auto message = [&](auto change) {
        write_random_model(folder / "m", 1, change);
        return error_message(ErrorCode::invalid_argument,
                             [&] { train::EmotionTeachers({(folder / "m").string()}, train::emotion_input({})); });
    };
    const std::string labels = message([](ModelCard& card) { card.labels = {"happiness", "anger"}; });
    INFO(labels);
    CHECK(labels.find("with the labels happiness, anger, expected 48 x 48 grey pictures normalised one by one with the "
                      "labels neutral, happiness") != std::string::npos);
    CHECK(message([](ModelCard& card) { std::swap(card.labels[0], card.labels[1]); }).find("happiness, neutral") !=
          std::string::npos);
    CHECK(message([](ModelCard& card) { card.input.height = 64; }).find("takes 64 x 48 grey") != std::string::npos);
    CHECK(message([](ModelCard& card) { card.input.color = InputColor::rgb; }).find("48 x 48 rgb") !=
          std::string::npos);
    CHECK(message([](ModelCard& card) { card.input.per_image = false; }).find("by fixed numbers") != std::string::npos);
    error_message(ErrorCode::invalid_argument,
                  [] { train::EmotionTeachers({"no-such-model"}, train::emotion_input({})); });
}
