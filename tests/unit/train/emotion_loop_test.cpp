#include "train/emotion_loop.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "emotion_folder.hpp"
#include "nn/architectures.hpp"
#include "support/catch.hpp"
#include "train/emotion_data.hpp"

using namespace emotion;

namespace {

nn::Graph small_graph() {
    return nn::build_architecture(
        {.name = "emotion_resnet",
         .parameters = {{"widths", {8, 8, 16}}, {"blocks", {1}}, {"stem_stride", {2}}, {"dropout", {0.1}}}},
        1, 8);
}

train::EmotionSamples striped_samples() {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    return train::read_emotion_datasets({{.path = folder / "fer"}, {.path = folder / "va", .class_weight = 0}}, {});
}

train::EmotionLoopOptions small_options(int epochs) {
    train::EmotionLoopOptions options;
    options.epochs = epochs;
    options.batch_size = 16;
    options.va_batch_size = 8;
    options.learning_rate = 1e-2;
    options.warmup_steps = 4;
    options.average_decay = 0.9;
    options.mixup = 0.2;
    return options;
}

bool equal(const nn::State& a, const nn::State& b) {
    bool same = a.size() == b.size();
    for (std::size_t i = 0; same && i < a.size(); ++i) same = at::equal(a[i].second, b[i].second);
    return same;
}

}  // namespace

TEST_CASE("the loss falls") {
    at::manual_seed(1);
    train::EmotionLoop loop(small_graph(), striped_samples(), small_options(6));
    CHECK(loop.steps_per_epoch() == 4);
    CHECK(loop.images_per_step() == 24);
    std::vector<double> losses;
    for (int epoch = 0; epoch < 6; ++epoch) {
        double loss = 0;
        CHECK(loop.run_epoch([&](const train::EmotionLosses& now) {
            loss = now.total;
            return true;
        }));
        losses.push_back(loss);
    }
    CHECK(loop.epochs_done() == 6);
    CHECK(loop.steps_done() == 24);
    INFO(losses.front() << " to " << losses.back());
    CHECK(losses.back() < 0.8 * losses.front());
    CHECK_FALSE(loop.averaged().is_training());
}

TEST_CASE("a run restored from its checkpoint goes on exactly like one that was not stopped") {
    const train::EmotionSamples samples = striped_samples();
    at::manual_seed(7);
    train::EmotionLoop whole(small_graph(), samples, small_options(3));
    whole.run_epoch({});
    const train::Checkpoint saved = whole.checkpoint();
    whole.run_epoch({});
    at::manual_seed(99);
    train::EmotionLoop resumed(small_graph(), samples, small_options(3));
    resumed.restore(saved);
    CHECK(resumed.epochs_done() == 1);
    resumed.run_epoch({});
    CHECK(equal(resumed.averaged().state(), whole.averaged().state()));
    CHECK(resumed.checkpoint().texts == whole.checkpoint().texts);
}

TEST_CASE("in bfloat16 the loss falls too, and a restored run goes on exactly") {
    const train::EmotionSamples samples = striped_samples();
    train::EmotionLoopOptions options = small_options(4);
    options.arithmetic.bf16 = true;
    at::manual_seed(1);
    train::EmotionLoop whole(small_graph(), samples, options);
    std::vector<double> losses;
    train::Checkpoint saved;
    for (int epoch = 0; epoch < 4; ++epoch) {
        if (epoch == 3) saved = whole.checkpoint();
        whole.run_epoch([&](const train::EmotionLosses& now) {
            losses.resize(static_cast<std::size_t>(epoch) + 1);
            losses.back() = now.total;
            return true;
        });
    }
    INFO(losses.front() << " to " << losses.back());
    CHECK(losses.back() < 0.9 * losses.front());
    train::EmotionLoop resumed(small_graph(), samples, options);
    resumed.restore(saved);
    resumed.run_epoch({});
    CHECK(equal(resumed.averaged().state(), whole.averaged().state()));
}

TEST_CASE("a checkpoint of a CUDA device is read back on the processor") {
    const train::EmotionSamples samples = striped_samples();
    at::manual_seed(7);
    train::EmotionLoop loop(small_graph(), samples, small_options(2));
    loop.run_epoch({});
    train::Checkpoint saved = loop.checkpoint();
    CHECK_FALSE(saved.texts.contains("device_random_state"));
    saved.texts["device_random_state"] = "of a generator that is not here";
    train::EmotionLoop other(small_graph(), samples, small_options(2));
    other.restore(saved);
    CHECK(equal(other.averaged().state(), loop.averaged().state()));
}

TEST_CASE("a run on CUDA learns, and goes on there and on the processor") {
    if (!cuda_available()) return;
    const train::EmotionSamples samples = striped_samples();
    train::EmotionLoopOptions options = small_options(6);
    options.arithmetic.device = c10::Device("cuda:0");
    at::manual_seed(1);
    train::EmotionLoop loop(small_graph(), samples, options);
    std::vector<double> losses;
    for (int epoch = 0; epoch < 5; ++epoch)
        loop.run_epoch([&](const train::EmotionLosses& now) {
            losses.resize(static_cast<std::size_t>(epoch) + 1);
            losses.back() = now.total;
            return true;
        });
    CHECK(losses.back() < 0.8 * losses.front());
    CHECK(loop.averaged().parameters().front().is_cuda());
    for (c10::Device device : {c10::Device("cuda:0"), c10::Device(c10::kCPU)}) {
        options.arithmetic.device = device;
        train::EmotionLoop resumed(small_graph(), samples, options);
        resumed.restore(loop.checkpoint());
        double loss = 0;
        resumed.run_epoch([&](const train::EmotionLosses& now) {
            loss = now.total;
            return true;
        });
        CHECK(loss < 0.8 * losses.front());
    }
}

TEST_CASE("rare classes count more with class balance") {
    // The first 40 pictures are of class 0, the other 8 of class 1, and all are the same picture.
    train::EmotionSamples samples = striped_samples();
    for (at::Tensor* t : {&samples.pixels, &samples.classes, &samples.class_weight, &samples.majority, &samples.clear,
                          &samples.va, &samples.va_weight})
        *t = t->narrow(0, 0, 48).clone();
    samples.pixels.copy_(samples.pixels[0].expand_as(samples.pixels).clone());
    samples.classes.zero_();
    samples.classes.narrow(0, 0, 40).select(1, 0).fill_(1);
    samples.classes.narrow(0, 40, 8).select(1, 1).fill_(1);
    auto said = [&](double balance) {
        train::EmotionLoopOptions options = small_options(20);
        options.class_balance = balance;
        options.mixup = 0;
        at::manual_seed(1);
        train::EmotionLoop loop(small_graph(), samples, options);
        for (int epoch = 0; epoch < 20; ++epoch) loop.run_epoch({});
        const at::NoGradGuard no_grad;
        const at::Tensor x = train::normalise_pictures(samples.pixels.narrow(0, 0, 1));
        return at::softmax(loop.averaged().forward(x).at(0), 1)[0][1].item<double>();
    };
    const double plain = said(0);
    const double balanced = said(1);
    INFO(plain << " to " << balanced);
    CHECK(plain < 0.35);     // 1/6 of the pictures
    CHECK(balanced > 0.35);  // 1/2 of the weight
}

TEST_CASE("an epoch that is stopped does not count") {
    at::manual_seed(1);
    train::EmotionLoop loop(small_graph(), striped_samples(), small_options(2));
    CHECK_FALSE(loop.run_epoch([](const train::EmotionLosses& now) { return now.steps < 2; }));
    CHECK(loop.epochs_done() == 0);
    CHECK(loop.steps_done() == 2);
}

TEST_CASE("pictures with valence and arousal alone can be trained on") {
    EmotionFolder folder;
    write_striped_sets(folder, 64);
    at::manual_seed(1);
    train::EmotionLoop loop(small_graph(), train::read_emotion_datasets({{.path = folder / "va"}}, {}),
                            small_options(1));
    CHECK(loop.images_per_step() == 16);
    CHECK(loop.run_epoch({}));
}

TEST_CASE("fewer pictures than a batch are refused") {
    train::EmotionLoopOptions options = small_options(1);
    options.batch_size = 65;
    const auto message = error_message(ErrorCode::invalid_argument,
                                       [&] { train::EmotionLoop(small_graph(), striped_samples(), options); });
    CHECK(message.find("at most the number of pictures, 64, got 65") != std::string::npos);
}
