#include "train/faces_loop.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "base/check.hpp"
#include "train/faces_loss.hpp"
#include "train/narrow.hpp"
#include "train/widen.hpp"

namespace emotion::train {
namespace {

constexpr double kGradientLimit = 10;
constexpr double kFirstScore =
    0.01;  // what an untrained network says everywhere, so that empty areas do not drown faces

nn::Module trainable(const nn::Graph& graph, c10::Device device) {
    nn::Module module(graph);
    {
        at::NoGradGuard no_grad;
        for (const nn::Node& node : graph.nodes()) {
            if (node.op != nn::Op::conv || !node.bias) continue;  // the 1x1 convolutions of the heads
            // Landmarks keep their large random weights: rows that begin alike stay alike, and learn a mean face only.
            if (!node.name.ends_with(".landmarks")) module.tensor(node.name, "weight").normal_(0, 0.01);
            at::Tensor bias = module.tensor(node.name, "bias");
            if (node.name.ends_with(".score")) bias.fill_(-std::log((1 - kFirstScore) / kFirstScore));
        }
    }
    module.to(device);
    module.set_requires_grad(true);
    module.train(true);
    return module;
}

}  // namespace

FaceLoop::FaceLoop(const nn::Graph& graph, const FaceLoopOptions& options)
    : options_(options),
      average_module_(make_module(graph, options.arithmetic.device)),
      module_(trainable(graph, options.arithmetic.device)),
      optimizer_(module_.parameters(), {.weight_decay = options.weight_decay}),
      average_(module_.state(), options.average),
      points_(map_points(options.crop, options.crop)),
      teacher_(options.teacher.empty()
                   ? nullptr
                   : std::make_unique<FaceTeacher>(options.teacher, options.crop, options.arithmetic.device)) {}

void FaceLoop::step(const FaceBatch& batch) {
    const int count = static_cast<int>(batch.faces.size());
    std::vector<at::Tensor> outputs =
        forward(module_, to_input(batch.pixels, count, options_.crop, options_.input), options_.arithmetic);
    for (at::Tensor& output : outputs) output = output.to(at::kCPU);
    TeacherView view;
    if (teacher_) view = teacher_->look(batch.pixels, count);
    const FaceLoss loss =
        face_loss(outputs, points_, batch.faces, batch.ignore, teacher_ ? &view : nullptr, options_.teacher_weight);
    const double total = loss.total.item<double>();
    if (!std::isfinite(total))
        fail(ErrorCode::runtime,
             "train_faces: the loss is no longer finite after {} steps; a smaller learning_rate may help",
             steps_done());
    loss.total.backward();
    optimizer_.clip_gradients(kGradientLimit);
    learning_rate_ = options_.schedule.at(steps_done());
    optimizer_.step(learning_rate_);
    average_.update(module_.state());
    const auto n = static_cast<double>(++losses_.steps);
    losses_.total += (total - losses_.total) / n;
    losses_.score += (loss.score - losses_.score) / n;
    losses_.box += (loss.box - losses_.box) / n;
    losses_.landmarks += (loss.landmarks - losses_.landmarks) / n;
    losses_.teacher += (loss.teacher - losses_.teacher) / n;
    losses_.positives += (static_cast<double>(loss.positives) / count - losses_.positives) / n;
}

void FaceLoop::start_from(const nn::State& weights) {
    module_.load(widened(narrowed(weights, module_.state()), module_.state()));
    average_.restore(module_.state(), 0);
}

const nn::Module& FaceLoop::averaged() {
    average_module_.load(average_.state());
    return average_module_;
}

Checkpoint FaceLoop::checkpoint() const {
    Checkpoint result;
    result.add("weights/", module_.state());
    result.add("average/", average_.state());
    result.add("optimizer/", optimizer_.state(""));
    result.texts["steps_done"] = std::to_string(steps_done());
    result.texts["average_updates"] = std::to_string(average_.updates());
    return result;
}

void FaceLoop::restore(const Checkpoint& checkpoint) {
    module_.load(checkpoint.part("weights/"));
    average_.restore(checkpoint.part("average/"), checkpoint.integer("average_updates"));
    optimizer_.restore(checkpoint.part("optimizer/"), "", checkpoint.integer("steps_done"));
}

}  // namespace emotion::train
