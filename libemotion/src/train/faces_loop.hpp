#pragma once

#include <filesystem>
#include <memory>

#include "emotion/model_card.hpp"
#include "nn/module.hpp"
#include "train/adamw.hpp"
#include "train/arithmetic.hpp"
#include "train/averaging.hpp"
#include "train/checkpoint.hpp"
#include "train/faces_assign.hpp"
#include "train/faces_batch.hpp"
#include "train/faces_teacher.hpp"
#include "train/schedule.hpp"

namespace emotion::train {

struct FaceLoopOptions {
    int crop = 320;  ///< px
    InputSpec input;
    double weight_decay = 0.02;
    double average = 0.999;
    CosineSchedule schedule;
    std::filesystem::path teacher;  ///< folder of a model that teaches beside the labels; empty: none
    double teacher_weight = 1;      ///< of its part in the loss
    Arithmetic arithmetic;
};

/// Means over the steps since the last reset.
struct FaceLosses {
    double total = 0;
    double score = 0;
    double box = 0;
    double landmarks = 0;
    double teacher = 0;
    double positives = 0;  ///< a picture
    std::int64_t steps = 0;
};

/// Trains the architecture face_resnet: batches in, weights out. First weights come from LibTorch's default generator,
/// or from start_from.
/// Network, teacher, optimiser and average are on the device; the loss is computed on the processor, where positions
/// are assigned to faces.
class FaceLoop {
public:
    FaceLoop(const nn::Graph& graph, const FaceLoopOptions& options);

    /// One step down the gradient. Throws Error{runtime} if the loss is no longer finite.
    void step(const FaceBatch& batch);

    std::int64_t steps_done() const noexcept { return optimizer_.steps(); }
    double learning_rate() const noexcept { return learning_rate_; }
    const FaceLosses& losses() const noexcept { return losses_; }
    void reset_losses() { losses_ = {}; }

    /// Takes these weights, widened where they are narrower and narrowed where they are wider, in place of the random
    /// first ones, before the first step.
    void start_from(const nn::State& weights);

    /// The network with the averaged weights, in evaluation mode.
    const nn::Module& averaged();

    Checkpoint checkpoint() const;
    void restore(const Checkpoint& checkpoint);

private:
    FaceLoopOptions options_;
    nn::Module average_module_;
    nn::Module module_;
    AdamW optimizer_;
    WeightAverage average_;
    MapPoints points_;
    std::unique_ptr<const FaceTeacher> teacher_;
    FaceLosses losses_;
    double learning_rate_ = 0;
};

}  // namespace emotion::train
