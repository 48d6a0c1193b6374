#include "train/emotion_loop.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

#include "base/check.hpp"
#include "train/emotion_loss.hpp"
#include "train/widen.hpp"

namespace emotion::train {
namespace {

nn::Module trainable(const nn::Graph& graph, c10::Device device) {
    nn::Module module = make_module(graph, device);
    module.set_requires_grad(true);
    module.train(true);
    return module;
}

/// The share of the first picture in a mixed pair: Beta(alpha, alpha), as two Gamma numbers.
double mixing_share(double alpha) {
    at::Tensor gamma = at::_standard_gamma(at::full({2}, alpha, at::kDouble));
    const double first = gamma[0].item<double>();
    const double both = gamma.sum().item<double>();
    return both > 0 ? first / both : 1;
}

/// `count` places of a pool in random order; the pool again and again where it is smaller.
at::Tensor draw(const at::Tensor& pool, std::int64_t count) {
    std::vector<at::Tensor> rounds;
    for (std::int64_t have = 0; have < count; have += pool.size(0))
        rounds.push_back(pool.index_select(0, at::randperm(pool.size(0), at::kLong)));
    if (rounds.empty()) return pool.narrow(0, 0, 0);
    return at::cat(rounds).narrow(0, 0, count);
}

}  // namespace

EmotionLoop::EmotionLoop(nn::Graph graph, const EmotionSamples& samples, const EmotionLoopOptions& options,
                         EmotionTeachers teachers)
    : samples_(samples),
      options_(options),
      teachers_(std::move(teachers)),
      average_module_(make_module(graph, options.arithmetic.device)),
      module_(trainable(graph, options.arithmetic.device)),
      optimizer_(module_.parameters(), {.weight_decay = options.weight_decay}),
      average_(module_.state(), options.average_decay) {
    at::Tensor labelled = samples_.va_weight.gt(0);
    main_pool_ = labelled.logical_not().nonzero().squeeze(1);
    extra_pool_ = labelled.nonzero().squeeze(1);
    if (main_pool_.size(0) == 0) std::swap(main_pool_, extra_pool_);
    has_va_ = samples_.has_va();
    if (options_.class_balance > 0 && samples_.has_classes())
        samples_.class_weight =
            samples_.class_weight * class_balance(samples_.classes, samples_.class_weight, options_.class_balance);
    main_batch_ = options.batch_size;
    extra_batch_ = extra_pool_.size(0) > 0 ? options.va_batch_size : 0;
    steps_per_epoch_ = main_pool_.size(0) / main_batch_;
    require(steps_per_epoch_ > 0, "train_emotion: batch_size must be at most the number of pictures, {}, got {}",
            main_pool_.size(0), options.batch_size);
    schedule_ = {.peak = options.learning_rate,
                 .warmup_steps = options.warmup_steps,
                 .total_steps = steps_per_epoch_ * options.epochs};
}

bool EmotionLoop::run_epoch(const std::function<bool(const EmotionLosses&)>& after_step) {
    at::Tensor main = draw(main_pool_, steps_per_epoch_ * main_batch_);
    at::Tensor extra = extra_batch_ > 0 ? draw(extra_pool_, steps_per_epoch_ * extra_batch_) : extra_pool_;
    EmotionLosses losses;
    for (std::int64_t i = 0; i < steps_per_epoch_; ++i) {
        step(main.narrow(0, i * main_batch_, main_batch_), extra.narrow(0, i * extra_batch_, extra_batch_), losses);
        if (!std::isfinite(losses.total))
            fail(ErrorCode::runtime,
                 "train_emotion: the loss is no longer finite after {} steps; a smaller learning_rate "
                 "may help",
                 steps_done());
        if (after_step && !after_step(losses)) return false;
    }
    ++epochs_done_;
    return true;
}

void EmotionLoop::step(const at::Tensor& main, const at::Tensor& extra, EmotionLosses& losses) {
    at::Tensor places = at::cat({main, extra});
    auto take = [&](const at::Tensor& all) { return all.index_select(0, places).to(options_.arithmetic.device); };
    at::Tensor x = augment_pictures(take(samples_.pixels), options_.augmentation);
    EmotionTargets targets;
    targets.classes = take(samples_.classes);
    targets.class_weight = take(samples_.class_weight);
    targets.va = take(samples_.va);
    targets.va_weight = take(samples_.va_weight);
    if (options_.mixup > 0) {
        // Only among the pictures of the main pool, each with another of them.
        const double share = mixing_share(options_.mixup);
        for (at::Tensor* t : {&x, &targets.classes, &targets.va}) {
            at::Tensor own = t->narrow(0, 0, main_batch_);
            own.copy_(own * share + own.roll({1}, {0}) * (1 - share));
        }
        // A mixed picture counts as labelled where both are.
        for (at::Tensor* t : {&targets.class_weight, &targets.va_weight}) {
            at::Tensor own = t->narrow(0, 0, main_batch_);
            own.mul_(own.roll({1}, {0}).gt(0));
        }
    }
    targets.weak_va = targets.va_weight.eq(0).logical_and(targets.class_weight.gt(0));
    targets.weak_va_share = options_.weak_va_share;
    if (!teachers_.empty() && options_.teacher_share > 0)
        mix_in_teachers(targets, teachers_.look(x), options_.teacher_share, options_.va_share);
    at::Tensor total = loss(x, targets, losses);
    total.backward();
    learning_rate_ = schedule_.at(optimizer_.steps());
    optimizer_.step(learning_rate_);
    average_.update(module_.state());
}

at::Tensor EmotionLoop::loss(const at::Tensor& x, const EmotionTargets& targets, EmotionLosses& losses) const {
    std::vector<at::Tensor> outputs = forward(module_, x, options_.arithmetic);
    at::Tensor said = at::tanh(outputs.at(1));
    at::Tensor class_loss =
        soft_cross_entropy(outputs.at(0), targets.classes, targets.class_weight, options_.label_smoothing);
    at::Tensor total = class_loss;
    double va_loss = 0;
    at::Tensor squares = (said - targets.va).square().mean(1);
    if (has_va_) {
        at::Tensor labels = concordance_loss(said, targets.va, targets.va_weight) +
                            (squares * targets.va_weight).sum() / targets.va_weight.sum();
        total = total + options_.va_share * labels;
        va_loss = labels.item<double>();
    }
    at::Tensor weak = targets.weak_va.to(at::kFloat);
    total = total + targets.weak_va_share * (squares * weak).sum() / weak.sum().clamp_min(1);
    const auto n = static_cast<double>(++losses.steps);
    losses.total += (total.item<double>() - losses.total) / n;
    losses.classes += (class_loss.item<double>() - losses.classes) / n;
    losses.va += (va_loss - losses.va) / n;
    return total;
}

const nn::Module& EmotionLoop::averaged() {
    average_module_.load(average_.state());
    return average_module_;
}

void EmotionLoop::start_from(const nn::State& weights) {
    module_.load(widened(weights, module_.state()));
    average_.restore(module_.state(), 0);
}

Checkpoint EmotionLoop::checkpoint() const {
    Checkpoint result;
    result.add("weights/", module_.state());
    result.add("average/", average_.state());
    result.add("optimizer/", optimizer_.state(""));
    result.texts["epochs_done"] = std::to_string(epochs_done_);
    result.texts["steps_done"] = std::to_string(steps_done());
    result.texts["average_updates"] = std::to_string(average_.updates());
    result.texts["random_state"] = random_state();
    if (const c10::Device device = options_.arithmetic.device; !device.is_cpu())
        result.texts["device_random_state"] = random_state(device);
    return result;
}

void EmotionLoop::restore(const Checkpoint& checkpoint) {
    module_.load(checkpoint.part("weights/"));
    average_.restore(checkpoint.part("average/"), checkpoint.integer("average_updates"));
    optimizer_.restore(checkpoint.part("optimizer/"), "", checkpoint.integer("steps_done"));
    epochs_done_ = static_cast<int>(checkpoint.integer("epochs_done"));
    set_random_state(checkpoint.text("random_state"));
    // A checkpoint of the processor has none: dropout goes on with the numbers of the seed.
    if (const c10::Device device = options_.arithmetic.device;
        !device.is_cpu() && checkpoint.texts.contains("device_random_state"))
        set_random_state(checkpoint.text("device_random_state"), device);
}

}  // namespace emotion::train
