#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/check.hpp"
#include "base/files.hpp"
#include "emotion/evaluate_faces.hpp"
#include "emotion/model_folder.hpp"
#include "emotion/model_store.hpp"
#include "emotion/threads.hpp"
#include "emotion/train_faces.hpp"
#include "nn/architectures.hpp"
#include "nn/load.hpp"
#include "train/curves.hpp"
#include "train/data_names.hpp"
#include "train/emotion_json.hpp"
#include "train/faces_loader.hpp"
#include "train/faces_loop.hpp"
#include "train/faces_validation.hpp"
#include "train/memory.hpp"

namespace emotion {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

ModelCard make_card(const FaceTrainOptions& options) {
    auto numbers = [](const std::vector<int>& v) { return std::vector<double>(v.begin(), v.end()); };
    ModelCard card;
    card.name = options.name;
    card.revision = options.revision;
    card.task = "faces";
    card.description = "Finds faces and their five landmarks; anchor-free, strides 8, 16 and 32.";
    card.license = options.license;
    card.architecture = {"face_resnet",
                         {{"widths", numbers(options.widths)},
                          {"blocks", numbers(options.blocks)},
                          {"neck", {static_cast<double>(options.neck)}}}};
    card.input = {.stride = 32,
                  .color = InputColor::rgb,
                  .mean = {127.5f, 127.5f, 127.5f},
                  .scale = {1 / 64.0f, 1 / 64.0f, 1 / 64.0f}};
    card.defaults = {
        {"min_score", options.min_score}, {"nms_iou", 0.45}, {"smallest_face_px", options.smallest_face_px}};
    return card;
}

/// What a checkpoint of another run may not differ in. The length of the run and its learning rate may: a run can be
/// made longer or shorter while it is under way.
std::string settings(const FaceTrainOptions& o) {
    std::string folders;
    for (const FaceTrainData& d : o.train)
        folders += fmt::format("{}/{}*{} ", train::data_name(d.folder), d.split, d.weight);
    std::string settings = fmt::format(
        "{}widths {} blocks {} neck {} crop {} faces {}-{} px mosaic {} native {} background {} turn {} batch {} epoch "
        "{} "
        "decay {} average "
        "{} "
        "seed {}",
        folders, fmt::join(o.widths, "-"), fmt::join(o.blocks, "-"), o.neck, o.crop, o.min_face_px, o.max_face_px,
        o.mosaic, o.native_scale, o.background, o.max_turn_deg, o.batch_size, o.epoch_steps, o.weight_decay, o.average,
        o.seed);
    if (o.precision != Precision::f32) settings += fmt::format(" precision {}", to_string(o.precision));
    if (!o.initial.empty())
        settings += fmt::format(" initial {}", read_model_card(find_model(o.initial)).weights_sha256);
    if (!o.teacher.empty()) settings += fmt::format(" teacher {}*{}", train::data_name(o.teacher), o.teacher_weight);
    return settings;
}

std::vector<std::string> curve_columns(const std::vector<std::string>& validation_names) {
    std::vector<std::string> columns{"epoch",    "steps",         "learning_rate", "loss",      "score_loss",
                                     "box_loss", "landmark_loss", "teacher_loss",  "positives", "seconds"};
    for (const std::string& name : validation_names) columns.push_back("ap_" + name);
    return columns;
}

/// One run of train_faces.
class Run {
public:
    Run(const FaceTrainOptions& options, const TrainCallback& callback)
        : options_(options),
          callback_(callback),
          card_(make_card(options)),
          loop_(make_loop()),
          work_(train::training_folder(options.work, options.out)) {
        train::require_model_folder("train_faces", options.out);
        for (const std::filesystem::path& folder : options.validation) read_face_labels(folder, "val");
        report_.checkpoint = work_ / "checkpoint.safetensors";
        report_.curves = work_ / "curves.csv";
        if ((options.resume || options.export_only) && std::filesystem::exists(report_.checkpoint))
            restore();
        else if (options.export_only)
            fail(ErrorCode::io, "train_faces: there is no checkpoint {} to export", report_.checkpoint.string());
        else if (!options.initial.empty())
            loop_.start_from(nn::load_module(find_model(options.initial)).module->state());
    }

    TrainReport train() {
        make_folder(work_);
        train::CurveFile curves(report_.curves, curve_columns(validation_names_),
                                static_cast<std::size_t>(epochs_done()));
        train::FacePictures pictures(options_.train, options_.cache_mb);
        train::FaceLoader loader(pictures, options_);
        const std::int64_t first = loop_.steps_done();
        while (loop_.steps_done() < options_.steps) {
            loop_.step(loader.take(loop_.steps_done()));
            for (std::string& note : pictures.take_notes()) skip(std::move(note));
            TrainProgress progress = progress_after(first);
            const bool epoch_ends =
                loop_.steps_done() % options_.epoch_steps == 0 || loop_.steps_done() == options_.steps;
            if (epoch_ends) progress.note = end_epoch(curves);
            if (callback_ && !callback_(progress) && loop_.steps_done() < options_.steps) {
                report_.seconds = seconds_since(start_);
                return report_;
            }
        }
        return finish();
    }

    TrainReport finish() {
        figures_ = validation_figures(0, nullptr);
        card_.details = details();
        write_model(options_.out, card_, nn::to_named_tensors(loop_.averaged()));
        report_.model = options_.out;
        report_.finished = loop_.steps_done() >= options_.steps;
        report_.figures = figures_;
        report_.seconds = seconds_since(start_);
        return report_;
    }

private:
    train::FaceLoop make_loop() const {
        at::manual_seed(options_.seed);
        return {nn::build_architecture(card_.architecture, 3, 0),
                {.crop = options_.crop,
                 .input = card_.input,
                 .weight_decay = options_.weight_decay,
                 .average = options_.average,
                 .schedule = {.peak = options_.learning_rate,
                              .warmup_steps = options_.warmup_steps,
                              .total_steps = options_.steps,
                              .final_share = 0.01},
                 .teacher = options_.teacher.empty() ? std::filesystem::path() : find_model(options_.teacher),
                 .teacher_weight = options_.teacher_weight,
                 .arithmetic = train::resolve_arithmetic("train_faces", options_.device, options_.precision)}};
    }

    void restore() {
        const train::Checkpoint checkpoint = train::read_checkpoint(report_.checkpoint);
        const std::string own = settings(options_);
        if (checkpoint.text("settings") != own)
            fail(ErrorCode::invalid_argument, "train_faces: the checkpoint {} belongs to other settings: {}; now: {}",
                 report_.checkpoint.string(), checkpoint.text("settings"), own);
        loop_.restore(checkpoint);
        seconds_before_ = static_cast<double>(checkpoint.integer("seconds"));
    }

    std::int64_t epochs_done() const {
        return loop_.steps_done() >= options_.steps ? epochs() : loop_.steps_done() / options_.epoch_steps;
    }
    std::int64_t epochs() const { return (options_.steps + options_.epoch_steps - 1) / options_.epoch_steps; }

    TrainProgress progress_after(std::int64_t first) const {
        TrainProgress progress;
        const std::int64_t done = loop_.steps_done();
        progress.epoch = static_cast<int>((done + options_.epoch_steps - 1) / options_.epoch_steps);
        progress.epochs = static_cast<int>(epochs());
        progress.step = done;
        progress.steps = options_.steps;
        progress.loss = loop_.losses().total;
        progress.learning_rate = loop_.learning_rate();
        progress.seconds = seconds_since(start_);
        const double per_step = progress.seconds / static_cast<double>(std::max<std::int64_t>(1, done - first));
        progress.seconds_left = per_step * static_cast<double>(options_.steps - done);
        progress.images_per_s = options_.batch_size / per_step;
        return progress;
    }

    void skip(std::string note) {
        if (std::find(report_.skipped.begin(), report_.skipped.end(), note) == report_.skipped.end())
            report_.skipped.push_back(std::move(note));
    }

    /// JSON of the figures of every validation folder; its average precisions are added to `row`.
    std::string validation_figures(int limit, std::vector<double>* row) {
        train::JsonObject figures;
        auto name = validation_names_.begin();
        for (const std::filesystem::path& folder : options_.validation) {
            std::vector<std::string> notes;
            const FaceEvaluation e = train::validate_faces(loop_.averaged(), card_.input, folder, limit, notes);
            for (std::string& note : notes) skip(std::move(note));
            figures.raw(*name++, e.to_json());
            if (row != nullptr) row->push_back(e.accuracy.front().average_precision);
        }
        return figures.str();
    }

    std::string end_epoch(train::CurveFile& curves) {
        const train::FaceLosses losses = loop_.losses();
        loop_.reset_losses();
        train::Checkpoint checkpoint = loop_.checkpoint();
        checkpoint.texts["settings"] = settings(options_);
        checkpoint.texts["seconds"] = std::to_string(std::llround(seconds_before_ + seconds_since(start_)));
        std::vector<double> row{static_cast<double>(epochs_done()),
                                static_cast<double>(loop_.steps_done()),
                                loop_.learning_rate(),
                                losses.total,
                                losses.score,
                                losses.box,
                                losses.landmarks,
                                losses.teacher,
                                losses.positives,
                                seconds_before_ + seconds_since(start_)};
        const std::size_t fixed = row.size();
        validation_figures(options_.validation_pictures, &row);
        curves.append(row);
        train::write_checkpoint(report_.checkpoint, checkpoint);
        std::string note = fmt::format("loss {:.3f} (score {:.3f}, box {:.3f}, landmarks {:.4f})", losses.total,
                                       losses.score, losses.box, losses.landmarks);
        for (std::size_t i = fixed; i < row.size(); ++i)
            note += fmt::format(", {} AP {:.3f}", validation_names_[i - fixed], row[i]);
        return note;
    }

    std::string details() {
        train::JsonObject training;
        training.text("settings", settings(options_));
        training.integer("steps", loop_.steps_done());
        training.number("learning_rate", options_.learning_rate, 6);
        training.integer("parameters", loop_.averaged().parameter_count());
        training.number("minutes", (seconds_before_ + seconds_since(start_)) / 60, 1);
        train::JsonObject result;
        for (const auto& [key, text] : options_.notes) result.text(key, text);
        result.raw("training", training.str());
        result.raw("validation", figures_);
        return result.str();
    }

    const FaceTrainOptions& options_;
    const TrainCallback& callback_;
    ModelCard card_;
    train::FaceLoop loop_;
    std::filesystem::path work_;
    TrainReport report_;
    std::vector<std::string> validation_names_ = train::data_names(options_.validation);
    std::string figures_ = "{}";
    Clock::time_point start_ = Clock::now();
    double seconds_before_ = 0;
};

}  // namespace

void FaceTrainOptions::validate() const {
    const char* who = "FaceTrainOptions";
    require(!train.empty(), "{}: train must name at least one folder", who);
    for (const FaceTrainData& data : train)
        require(std::isfinite(data.weight) && data.weight > 0, "{}: the weight of {} must be above 0, got {}", who,
                data.folder.string(), data.weight);
    require(!out.empty(), "{}: out must name a folder", who);
    require(validation_pictures >= 0, "{}: validation_pictures must be at least 0, got {}", who, validation_pictures);
    require(revision >= 1, "{}: revision must be at least 1, got {}", who, revision);
    require(crop >= 64 && crop % 32 == 0, "{}: crop must be a multiple of 32 and at least 64, got {}", who, crop);
    require(min_face_px >= 4, "{}: min_face_px must be at least 4, got {}", who, min_face_px);
    require(std::isfinite(max_face_px) && max_face_px > min_face_px,
            "{}: max_face_px must be above min_face_px, got {} and {}", who, max_face_px, min_face_px);
    require(mosaic >= 0 && mosaic <= 1, "{}: mosaic must be in [0, 1], got {}", who, mosaic);
    require(native_scale >= 0 && native_scale <= 1, "{}: native_scale must be in [0, 1], got {}", who, native_scale);
    require(background >= 0 && background <= 1, "{}: background must be in [0, 1], got {}", who, background);
    require(max_turn_deg >= 0 && max_turn_deg <= 45, "{}: max_turn_deg must be in [0, 45], got {}", who, max_turn_deg);
    require(batch_size >= 1, "{}: batch_size must be at least 1, got {}", who, batch_size);
    require(steps >= 1, "{}: steps must be at least 1, got {}", who, steps);
    require(epoch_steps >= 1, "{}: epoch_steps must be at least 1, got {}", who, epoch_steps);
    require(std::isfinite(learning_rate) && learning_rate > 0, "{}: learning_rate must be above 0, got {}", who,
            learning_rate);
    require(warmup_steps >= 0, "{}: warmup_steps must be at least 0, got {}", who, warmup_steps);
    require(std::isfinite(weight_decay) && weight_decay >= 0, "{}: weight_decay must be at least 0, got {}", who,
            weight_decay);
    require(std::isfinite(teacher_weight) && teacher_weight >= 0, "{}: teacher_weight must be at least 0, got {}", who,
            teacher_weight);
    require(average >= 0 && average < 1, "{}: average must be in [0, 1), got {}", who, average);
    train::require_training_precision(who, precision);
    require(threads >= 0, "{}: threads must be at least 0, got {}", who, threads);
    require(loader_threads >= 1 && loader_threads <= 64, "{}: loader_threads must be in [1, 64], got {}", who,
            loader_threads);
    require(cache_mb >= 0, "{}: cache_mb must be at least 0, got {}", who, cache_mb);
    require(min_score >= 0 && min_score <= 1, "{}: min_score must be in [0, 1], got {}", who, min_score);
    require(std::isfinite(smallest_face_px) && smallest_face_px > 0, "{}: smallest_face_px must be above 0, got {}",
            who, smallest_face_px);
}

TrainReport train_faces(const FaceTrainOptions& options, const TrainCallback& callback) {
    options.validate();
    train::keep_freed_memory();
    if (options.threads > 0) set_num_threads(options.threads);
    try {
        Run run(options, callback);
        return options.export_only ? run.finish() : run.train();
    } catch (const c10::Error& error) {
        fail(ErrorCode::runtime, "train_faces: {}", error.what_without_backtrace());
    } catch (const std::filesystem::filesystem_error& error) {
        fail(ErrorCode::io, "train_faces: {}", error.what());
    }
}

}  // namespace emotion
