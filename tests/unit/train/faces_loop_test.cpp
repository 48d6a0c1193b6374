#include "train/faces_loop.hpp"

#include <ATen/ATen.h>

#include <limits>

#include "nn/architectures.hpp"
#include "support/catch.hpp"
#include "unit/train/faces_synthetic.hpp"

using namespace emotion;
using namespace emotion::train;

namespace {

nn::Graph small_graph() {
    return nn::build_architecture({"face_resnet", {{"widths", {4, 4, 8, 8, 8}}, {"blocks", {0, 0, 0}}, {"neck", {8}}}},
                                  3, 0);
}

FaceLoopOptions loop_options(double rate) {
    FaceLoopOptions options;
    options.crop = 64;
    options.input = {.stride = 32, .mean = {127.5f, 127.5f, 127.5f}, .scale = {1 / 64.0f, 1 / 64.0f, 1 / 64.0f}};
    options.schedule = {.peak = rate, .total_steps = 1000};
    return options;
}

FaceBatch batch_of_squares() {
    FaceBatch batch;
    for (int i = 0; i < 2; ++i) {
        batch.faces.push_back({square_face(10.0f + 8 * static_cast<float>(i), 16, 24)});
        batch.ignore.push_back({});
        const Image picture = square_picture(64, 64, batch.faces.back());
        batch.pixels.insert(batch.pixels.end(), picture.data(), picture.data() + 64 * 64 * 3);
    }
    return batch;
}

}  // namespace

TEST_CASE("an untrained network says one in a hundred everywhere") {
    at::manual_seed(1);
    FaceLoop loop(small_graph(), loop_options(1e-3));
    const auto outputs = loop.averaged().forward(at::randn({1, 3, 64, 64}));
    const at::Tensor scores = outputs[0].sigmoid();
    CHECK(scores.max().item<double>() < 0.05);
    CHECK(scores.mean().item<double>() == Approx(0.01).margin(0.005));
}

TEST_CASE("steps bring the loss of a batch down, and a checkpoint goes on where it was") {
    at::manual_seed(2);
    FaceLoop loop(small_graph(), loop_options(3e-3));
    const FaceBatch batch = batch_of_squares();
    loop.step(batch);
    const double first = loop.losses().total;
    CHECK(loop.losses().positives >= 1);
    for (int i = 0; i < 20; ++i) loop.step(batch);
    const Checkpoint saved = loop.checkpoint();
    loop.reset_losses();
    loop.step(batch);
    CHECK(loop.losses().total < first);
    CHECK(loop.steps_done() == 22);

    FaceLoop other(small_graph(), loop_options(3e-3));
    other.restore(saved);
    CHECK(other.steps_done() == 21);
    other.step(batch);
    const nn::State a = loop.checkpoint().part("weights/");
    const nn::State b = other.checkpoint().part("weights/");
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(at::equal(a[i].second, b[i].second));
}

TEST_CASE("in bfloat16 and on CUDA, where it is, the loss of a batch comes down too") {
    const FaceBatch batch = batch_of_squares();
    for (const Arithmetic& arithmetic :
         {Arithmetic{.bf16 = true}, Arithmetic{.device = c10::Device(resolve_device("auto"))}}) {
        FaceLoopOptions options = loop_options(3e-3);
        options.arithmetic = arithmetic;
        at::manual_seed(2);
        FaceLoop loop(small_graph(), options);
        loop.step(batch);
        const double first = loop.losses().total;
        for (int i = 0; i < 20; ++i) loop.step(batch);
        loop.reset_losses();
        loop.step(batch);
        CHECK(loop.losses().total < first);
        FaceLoop on_processor(small_graph(), loop_options(3e-3));
        on_processor.restore(loop.checkpoint());
        on_processor.step(batch);
        CHECK(on_processor.losses().total < first);
    }
}

TEST_CASE("a run that bursts says so") {
    at::manual_seed(3);
    FaceLoop loop(small_graph(), loop_options(std::numeric_limits<double>::infinity()));
    const FaceBatch batch = batch_of_squares();
    const std::string message = error_message(ErrorCode::runtime, [&] {
        for (int i = 0; i < 5; ++i) loop.step(batch);
    });
    CHECK(message.find("the loss is no longer finite") != std::string::npos);
}
