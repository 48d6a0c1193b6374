#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/check.hpp"
#include "emotion/model_store.hpp"
#include "emotion/threads.hpp"
#include "emotion/train_emotion.hpp"
#include "model/model_folder.hpp"
#include "nn/architectures.hpp"
#include "nn/load.hpp"
#include "train/best_epoch.hpp"
#include "train/curves.hpp"
#include "train/data_names.hpp"
#include "train/emotion_card.hpp"
#include "train/emotion_data.hpp"
#include "train/emotion_labels.hpp"
#include "train/emotion_loop.hpp"
#include "train/memory.hpp"
#include "train/metrics.hpp"

namespace emotion {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kEvaluationBatch = 128;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A run from the data on the disk to the model folder.
class Run {
public:
    Run(const EmotionTrainOptions& options, const TrainCallback& callback)
        : options_(options),
          callback_(callback),
          begin_(Clock::now()),
          arithmetic_(train::resolve_arithmetic("train_emotion", options.device, options.precision)),
          work_(train::training_folder(options.work, options.out)),
          input_(train::emotion_input(options)),
          graph_(nn::build_architecture(train::emotion_architecture(options),
                                        channels(train::emotion_pixels(input_).format), 8)) {
        report_.checkpoint = work_ / "checkpoint.safetensors";
        report_.curves = work_ / "curves.csv";
        train::require_model_folder("train_emotion", options.out);
        for (const EmotionDataset& set : options.report) require_pictures(set);
        train_ = read(options.train);
        require(train_.has_classes() || train_.has_va() || (!options.teachers.empty() && options.teacher_share > 0),
                "train_emotion: nothing can be learned, the data sets of train hold no label whose weight is above 0");
        if (!options.validation.empty()) validation_ = read(options.validation);
        require(options.patience == 0 || validation_.has_classes() || validation_.has_va(),
                "train_emotion: patience needs labels that count in the validation sets");
        train::EmotionTeachers teachers(options.teachers, input_, arithmetic_.device);
        at::manual_seed(options.seed);  // after what draws numbers itself: networks begin with random weights
        at::AutoGradMode with_gradients(true);
        loop_.emplace(graph_, train_, loop_options(), std::move(teachers));
        if (!options.initial.empty()) loop_->start_from(nn::load_module(find_model(options.initial)).module->state());
        resume();
    }

    TrainReport finish() {
        report_.finished = options_.export_only || train_epochs();
        if (report_.finished) write();
        report_.seconds = seconds_since(begin_);
        return std::move(report_);
    }

private:
    train::EmotionSamples read(const std::vector<EmotionDataset>& sets) {
        train::EmotionSamples samples = train::read_emotion_datasets(sets, train::emotion_pixels(input_));
        report_.skipped.insert(report_.skipped.end(), samples.skipped.begin(), samples.skipped.end());
        return samples;
    }

    /// A report set is read after the last epoch: that it is not there is said before the first.
    static void require_pictures(const EmotionDataset& set) {
        const std::vector<train::LabelledPicture> labels = train::read_emotion_labels(set);
        const std::filesystem::path folder = train::pictures_folder(set);
        require(std::any_of(labels.begin(), labels.end(),
                            [&](const auto& label) { return std::filesystem::exists(folder / label.name); }),
                "train_emotion: the report set {} (part {}) holds no labelled picture that is there", set.path.string(),
                set.part);
    }

    train::EmotionLoopOptions loop_options() const {
        return {.epochs = options_.epochs,
                .batch_size = options_.batch_size,
                .va_batch_size = options_.va_batch_size,
                .learning_rate = options_.learning_rate,
                .weight_decay = options_.weight_decay,
                .warmup_steps = options_.warmup_steps,
                .average_decay = options_.average_decay,
                .label_smoothing = options_.label_smoothing,
                .mixup = options_.mixup,
                .va_share = options_.va_share,
                .weak_va_share = options_.weak_va_share,
                .class_balance = options_.class_balance,
                .teacher_share = options_.teacher_share,
                .augmentation = {},
                .arithmetic = arithmetic_};
    }

    void resume() {
        const bool there = std::filesystem::exists(report_.checkpoint);
        if (options_.export_only && !there)
            fail(ErrorCode::io, "train_emotion: there is no checkpoint {} to export", report_.checkpoint.string());
        if (!there || !(options_.resume || options_.export_only)) return;
        const train::Checkpoint checkpoint = train::read_checkpoint(report_.checkpoint);
        require(checkpoint.text("settings") == train::run_settings(options_),
                "train_emotion: the checkpoint {} belongs to a run with other settings: {}; now: {}",
                report_.checkpoint.string(), checkpoint.text("settings"), train::run_settings(options_));
        loop_->restore(checkpoint);
        if (options_.patience > 0) best_.restore(checkpoint);
        seconds_before_ = static_cast<double>(checkpoint.integer("milliseconds")) / 1000;
    }

    bool train_epochs() {
        at::AutoGradMode with_gradients(true);
        train::CurveFile curves(work_folder() / "curves.csv",
                                {"epoch", "steps", "seconds", "learning_rate", "loss", "class_loss", "va_loss",
                                 "validation_class_loss", "validation_accuracy", "validation_macro_f1",
                                 "validation_ece", "validation_ccc_valence", "validation_ccc_arousal"},
                                static_cast<std::size_t>(loop_->epochs_done()));
        while (!done()) {
            train::EmotionLosses losses;
            const bool go_on = loop_->run_epoch([&](const train::EmotionLosses& now) {
                losses = now;
                return tell(now, "");
            });
            if (!go_on) return false;
            const ValidationFigures validation = validate();
            train::Checkpoint checkpoint = loop_->checkpoint();
            if (options_.patience > 0) {
                best_.offer(loop_->epochs_done(), validation.figure(), loop_->averaged().state());
                best_.save(checkpoint);
            }
            checkpoint.texts["settings"] = train::run_settings(options_);
            checkpoint.texts["milliseconds"] = std::to_string(std::llround(trained_seconds() * 1000));
            train::write_checkpoint(report_.checkpoint, checkpoint);
            if (!report_epoch(losses, validation, curves)) return done();
        }
        return true;
    }

    /// Whether the last epoch is over, or no epoch of the last `patience` was the best one.
    bool done() const {
        return loop_->epochs_done() == options_.epochs ||
               (options_.patience > 0 && loop_->epochs_done() - best_.epoch() >= options_.patience);
    }

    std::filesystem::path work_folder() const {
        std::error_code error;
        std::filesystem::create_directories(work_, error);
        if (error) fail(ErrorCode::io, "train_emotion: cannot make the folder {}: {}", work_.string(), error.message());
        return work_;
    }

    double trained_seconds() const { return seconds_before_ + seconds_since(begin_); }

    bool tell(const train::EmotionLosses& losses, const std::string& note) {
        if (!callback_) return true;
        steps_here_ += note.empty() ? 1 : 0;
        TrainProgress p;
        p.epochs = options_.epochs;
        p.epoch = std::min(p.epochs, loop_->epochs_done() + (note.empty() ? 1 : 0));
        p.step = loop_->steps_done();
        p.steps = loop_->steps_per_epoch() * options_.epochs;
        p.loss = losses.total;
        p.learning_rate = loop_->learning_rate();
        p.seconds = seconds_since(begin_);
        const double per_step = p.seconds / static_cast<double>(std::max<std::int64_t>(1, steps_here_));
        p.seconds_left = per_step * static_cast<double>(p.steps - p.step);
        p.images_per_s = static_cast<double>(loop_->images_per_step()) / per_step;
        p.note = note;
        return callback_(p);
    }

    /// Figures of the averaged weights on the validation sets; NaN for what these do not tell.
    struct ValidationFigures {
        double class_loss = std::numeric_limits<double>::quiet_NaN();
        double accuracy = class_loss;
        double macro_f1 = class_loss;
        double ece = class_loss;
        double ccc_valence = class_loss;
        double ccc_arousal = class_loss;

        /// The figure of `patience`.
        double figure() const { return std::isnan(class_loss) ? 1 - (ccc_valence + ccc_arousal) / 2 : class_loss; }
    };

    ValidationFigures validate() {
        ValidationFigures figures;
        if (validation_.count() == 0) return figures;
        const auto outputs = train::run_on_pictures(loop_->averaged(), validation_.pixels, kEvaluationBatch);
        const EmotionEvaluation e = train::judge(outputs, 1, validation_);
        figures.class_loss = train::class_loss(outputs, validation_);
        if (e.class_count > 0) {
            figures.accuracy = e.accuracy;
            figures.macro_f1 = e.macro_f1;
            figures.ece = e.ece;
        }
        if (e.valence) {
            figures.ccc_valence = e.valence->ccc;
            figures.ccc_arousal = e.arousal->ccc;
        }
        return figures;
    }

    /// An epoch's figures into the curves and to the callback.
    bool report_epoch(const train::EmotionLosses& losses, const ValidationFigures& v, train::CurveFile& curves) {
        curves.append({static_cast<double>(loop_->epochs_done()), static_cast<double>(loop_->steps_done()),
                       trained_seconds(), loop_->learning_rate(), losses.total, losses.classes, losses.va, v.class_loss,
                       v.accuracy, v.macro_f1, v.ece, v.ccc_valence, v.ccc_arousal});
        std::string note = fmt::format("epoch {}: loss {:.4f}", loop_->epochs_done(), losses.total);
        if (!std::isnan(v.accuracy))
            note += fmt::format(", validation accuracy {:.4f}, macro F1 {:.4f}", v.accuracy, v.macro_f1);
        if (!std::isnan(v.ccc_valence))
            note += fmt::format(", CCC valence {:.3f}, arousal {:.3f}", v.ccc_valence, v.ccc_arousal);
        return tell(losses, note);
    }

    std::vector<std::pair<std::string, std::string>> figures(const nn::Module& module, double temperature,
                                                             const std::vector<EmotionDataset>& sets) {
        std::vector<std::pair<std::string, std::string>> result;
        std::vector<std::filesystem::path> paths;
        for (const EmotionDataset& set : sets) paths.push_back(set.path);
        const std::vector<std::string> names = train::data_names(paths);
        auto name = names.begin();
        for (const EmotionDataset& set : sets) {
            const train::EmotionSamples samples = read({set});
            const auto outputs = train::run_on_pictures(module, samples.pixels, kEvaluationBatch);
            result.emplace_back(*name++ + " " + set.part, train::judge(outputs, temperature, samples).json());
        }
        return result;
    }

    /// Fits what validation decides, judges, and writes the model folder.
    void write() {
        train::TrainedEmotion trained;
        nn::Module module(graph_);
        module.to(arithmetic_.device);
        module.load(best_.epoch() > 0 ? best_.weights() : loop_->averaged().state());
        trained.epochs_done = loop_->epochs_done();
        trained.best_epoch = best_.epoch();
        trained.seconds = options_.export_only ? seconds_before_ : trained_seconds();
        trained.pictures = train_.count();
        trained.parameters = module.parameter_count();
        if (validation_.count() > 0) {
            const auto outputs = train::run_on_pictures(module, validation_.pixels, kEvaluationBatch);
            at::Tensor places = validation_.majority.ge(0).nonzero().squeeze(1);
            if (places.size(0) > 0)
                trained.temperature = train::fit_temperature(outputs.logits.index_select(0, places),
                                                             validation_.majority.index_select(0, places));
            trained.correction = train::fit_va_correction(outputs, validation_);
            apply(trained.correction, module);
        }
        trained.validation = figures(module, trained.temperature, options_.validation);
        if (done()) trained.report = figures(module, trained.temperature, options_.report);
        write_model(options_.out, train::emotion_card(options_, trained), nn::to_named_tensors(module));
        report_.model = options_.out;
        report_.figures = train::emotion_figures(trained);
    }

    static void apply(const train::VaCorrection& correction, const nn::Module& module) {
        at::NoGradGuard no_grad;
        at::Tensor weight = module.tensor("valence_arousal", "weight");
        at::Tensor bias = module.tensor("valence_arousal", "bias");
        for (std::int64_t k = 0; k < 2; ++k) {
            const double scale = correction.scale[static_cast<std::size_t>(k)];
            weight[k].mul_(scale);
            bias[k].mul_(scale).add_(correction.shift[static_cast<std::size_t>(k)]);
        }
    }

    const EmotionTrainOptions& options_;
    const TrainCallback& callback_;
    Clock::time_point begin_;
    train::Arithmetic arithmetic_;
    std::filesystem::path work_;
    InputSpec input_;
    nn::Graph graph_;
    train::EmotionSamples train_;
    train::EmotionSamples validation_;
    std::optional<train::EmotionLoop> loop_;
    train::BestEpoch best_;  // offered to with patience only
    TrainReport report_;
    double seconds_before_ = 0;
    std::int64_t steps_here_ = 0;
};

}  // namespace

void EmotionTrainOptions::validate() const {
    const char* who = "EmotionTrainOptions";
    auto within = [who](const char* field, double value, double low, double high) {
        require(value >= low && value <= high, "{}: {} must be in [{}, {}], got {}", who, field, low, high, value);
    };
    require(!train.empty(), "{}: train is empty, expected at least one data set", who);
    for (const auto* sets : {&train, &validation, &report})
        for (const EmotionDataset& set : *sets) set.validate();
    require(!out.empty(), "{}: out is empty, expected the model folder to write", who);
    require(color == InputColor::gray || color == InputColor::rgb, "{}: color must be gray or rgb, got bgr", who);
    require(size == 48 || size == 64, "{}: size must be 48 or 64, got {}", who, size);
    require(widths.size() == 3 || widths.size() == 4, "{}: widths must be 3 or 4 numbers, got {}", who, widths.size());
    // oneDNN's AVX2 kernel for the gradient of a 1x1 convolution's weights, channels last, writes beyond its memory for
    // other channel counts (LibTorch 2.13).
    for (int width : widths)
        require(width >= 8 && width <= 2048 && width % 8 == 0, "{}: widths must be multiples of 8 in [8, 2048], got {}",
                who, width);
    within("blocks", blocks, 1, 32);
    within("stem_stride", stem_stride, 1, 2);
    within("dropout", dropout, 0, 0.9);
    within("epochs", epochs, 1, 1e6);
    within("batch_size", batch_size, 2, 65536);
    within("va_batch_size", va_batch_size, 2, 65536);
    require(learning_rate > 0 && learning_rate <= 10, "{}: learning_rate must be in (0, 10], got {}", who,
            learning_rate);
    within("weight_decay", weight_decay, 0, 10);
    within("warmup_steps", warmup_steps, 0, 1e9);
    require(average_decay >= 0 && average_decay < 1, "{}: average_decay must be in [0, 1), got {}", who, average_decay);
    require(label_smoothing >= 0 && label_smoothing < 1, "{}: label_smoothing must be in [0, 1), got {}", who,
            label_smoothing);
    within("mixup", mixup, 0, 100);
    within("class_balance", class_balance, 0, 1);
    within("teacher_share", teacher_share, 0, 1);
    within("patience", patience, 0, 1e6);
    require(patience == 0 || !validation.empty(), "{}: patience needs validation sets, validation is empty", who);
    within("va_share", va_share, 0, 1e3);
    within("weak_va_share", weak_va_share, 0, 1e3);
    within("threads", threads, 0, 4096);
    train::require_training_precision(who, precision);
    within("revision", revision, 1, 1e6);
}

TrainReport train_emotion(const EmotionTrainOptions& options, const TrainCallback& callback) {
    options.validate();
    train::keep_freed_memory();
    if (options.threads > 0) set_num_threads(options.threads);
    try {
        return Run(options, callback).finish();
    } catch (const c10::Error& error) {
        fail(ErrorCode::runtime, "train_emotion: {}", error.what_without_backtrace());
    }
}

}  // namespace emotion
