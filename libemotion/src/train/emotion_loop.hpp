#pragma once

#include <functional>
#include <memory>

#include "nn/module.hpp"
#include "train/adamw.hpp"
#include "train/arithmetic.hpp"
#include "train/averaging.hpp"
#include "train/checkpoint.hpp"
#include "train/emotion_augment.hpp"
#include "train/emotion_samples.hpp"
#include "train/emotion_teacher.hpp"
#include "train/schedule.hpp"

namespace emotion::train {

/// The numbers of a run that the loop needs; see EmotionTrainOptions for their meaning.
struct EmotionLoopOptions {
    int epochs = 30;
    int batch_size = 128;
    int va_batch_size = 16;
    double learning_rate = 2e-3;
    double weight_decay = 0.02;
    int warmup_steps = 500;
    double average_decay = 0.999;
    double label_smoothing = 0;
    double mixup = 0;
    double va_share = 0.3;
    double weak_va_share = 0.03;
    double class_balance = 0;
    double teacher_share = 0.5;
    EmotionAugmentation augmentation;
    Arithmetic arithmetic;
};

/// Means over the steps of an epoch so far.
struct EmotionLosses {
    double total = 0;
    double classes = 0;
    double va = 0;
    std::int64_t steps = 0;
};

/// Trains a network with outputs logits (n, 8) and valence_arousal (n, 2), before tanh: tensors in, weights out.
/// Random numbers come from LibTorch's default generators, which the caller seeds: all of them from the processor's,
/// dropout from the device's.
class EmotionLoop {
public:
    /// samples: at least batch_size pictures. Those with labels of valence and arousal are added to each step in
    /// batches of their own (they are few), unless there are no others.
    /// samples stay where they are, each batch goes to the device. teachers: on the same device; they look at the batch
    /// as the network gets it, mixed and in the same colours.
    EmotionLoop(nn::Graph graph, const EmotionSamples& samples, const EmotionLoopOptions& options,
                EmotionTeachers teachers = {});

    /// One pass over the pictures. `after_step` gives false to stop; then the epoch counts as not begun: the caller
    /// goes back to the last checkpoint to resume.
    bool run_epoch(const std::function<bool(const EmotionLosses&)>& after_step);

    int epochs_done() const noexcept { return epochs_done_; }
    std::int64_t steps_done() const noexcept { return optimizer_.steps(); }
    std::int64_t steps_per_epoch() const noexcept { return steps_per_epoch_; }
    std::int64_t images_per_step() const noexcept { return main_batch_ + extra_batch_; }
    double learning_rate() const noexcept { return learning_rate_; }

    /// The network with the averaged weights, in evaluation mode.
    const nn::Module& averaged();

    /// Takes these weights, widened where they are narrower, in place of the random first ones, before the first step.
    void start_from(const nn::State& weights);

    /// Everything needed to go on, after a whole epoch.
    Checkpoint checkpoint() const;
    void restore(const Checkpoint& checkpoint);

private:
    void step(const at::Tensor& main, const at::Tensor& extra, EmotionLosses& losses);
    at::Tensor loss(const at::Tensor& x, const EmotionTargets& targets, EmotionLosses& losses) const;

    EmotionSamples samples_;
    EmotionLoopOptions options_;
    EmotionTeachers teachers_;
    nn::Module average_module_;
    nn::Module module_;
    AdamW optimizer_;
    WeightAverage average_;
    CosineSchedule schedule_;
    at::Tensor main_pool_;   // places in samples_
    at::Tensor extra_pool_;  // likewise, those with valence and arousal
    std::int64_t main_batch_ = 0;
    std::int64_t extra_batch_ = 0;
    std::int64_t steps_per_epoch_ = 0;
    bool has_va_ = false;
    int epochs_done_ = 0;
    double learning_rate_ = 0;
};

}  // namespace emotion::train
