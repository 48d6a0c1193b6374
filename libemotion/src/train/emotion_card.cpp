#include "train/emotion_card.hpp"

#include "base/check.hpp"
#include "emotion/model_store.hpp"
#include "train/data_names.hpp"
#include "train/emotion_json.hpp"
#include "train/emotion_samples.hpp"

namespace emotion::train {
namespace {

// Where a face detector finds the landmarks of FER+ pictures: medians over 2,500 training pictures, px of 48 x 48.
constexpr int kFerPlusSize = 48;
constexpr std::array<std::array<float, 2>, 5> kFerPlusLandmarks{
    {{15.7f, 19.1f}, {32.5f, 18.3f}, {24.2f, 28.2f}, {18.1f, 36.5f}, {31.9f, 35.9f}}};

/// The same in pictures of `size` x `size` px.
std::array<std::array<float, 2>, 5> landmarks_in(int size) {
    std::array<std::array<float, 2>, 5> points = kFerPlusLandmarks;
    for (auto& point : points)
        for (float& place : point) place *= static_cast<float>(size) / kFerPlusSize;
    return points;
}

// The box of the same faces is 5.5 to 43.1 px across and -0.6 to 49.4 px down, so the crop is 0.96 of its longer side:
// the box as it is, without a margin, comes nearest.
constexpr float kMargin = 0;

std::string sets_json(const std::vector<EmotionDataset>& sets) {
    std::string list;
    for (const EmotionDataset& set : sets)
        list += fmt::format("{}{}", list.empty() ? "" : ", ",
                            JsonObject()
                                .text("folder", data_name(set.path))
                                .text("part", set.part)
                                .number("class_weight", set.class_weight)
                                .number("va_weight", set.va_weight)
                                .str());
    return "[" + list + "]";
}

std::string figures_json(const std::vector<std::pair<std::string, std::string>>& figures) {
    JsonObject object;
    for (const auto& [name, json] : figures) object.raw(name, json);
    return object.str();
}

std::string teachers_json(const std::vector<std::string>& teachers) {
    std::string list;
    for (const std::string& teacher : teachers) {
        const ModelCard card = read_model_card(find_model(teacher));
        list += list.empty() ? "" : ", ";
        list += JsonObject().text("name", card.name).text("weights_sha256", card.weights_sha256).str();
    }
    return "[" + list + "]";
}

JsonObject settings(const EmotionTrainOptions& o) {
    JsonObject object;
    object.raw("widths", fmt::format("[{}]", fmt::join(o.widths, ", ")))
        .integer("blocks", o.blocks)
        .integer("stem_stride", o.stem_stride)
        .number("dropout", o.dropout)
        .integer("epochs", o.epochs)
        .integer("batch_size", o.batch_size)
        .integer("va_batch_size", o.va_batch_size)
        .number("learning_rate", o.learning_rate, 9)
        .number("weight_decay", o.weight_decay, 9)
        .integer("warmup_steps", o.warmup_steps)
        .number("average_decay", o.average_decay, 9)
        .number("label_smoothing", o.label_smoothing)
        .number("mixup", o.mixup)
        .number("va_share", o.va_share)
        .number("weak_va_share", o.weak_va_share)
        .integer("seed", static_cast<long long>(o.seed));
    if (!o.initial.empty())
        object.text("initial_weights_sha256", read_model_card(find_model(o.initial)).weights_sha256);
    // Options that came later are left out at their defaults, so that older checkpoints can be resumed.
    if (o.patience > 0) object.integer("patience", o.patience);
    if (o.color != InputColor::gray) object.text("color", "rgb");
    if (o.size != kFerPlusSize) object.integer("size", o.size);
    if (o.precision != Precision::f32) object.text("precision", to_string(o.precision));
    if (o.class_balance > 0) object.number("class_balance", o.class_balance);
    if (!o.teachers.empty()) object.raw("teachers", teachers_json(o.teachers)).number("teacher_share", o.teacher_share);
    return object;
}

}  // namespace

ArchitectureSpec emotion_architecture(const EmotionTrainOptions& options) {
    return {.name = "emotion_resnet",
            .parameters = {{"widths", {options.widths.begin(), options.widths.end()}},
                           {"blocks", {static_cast<double>(options.blocks)}},
                           {"stem_stride", {static_cast<double>(options.stem_stride)}},
                           {"dropout", {options.dropout}}}};
}

InputSpec emotion_input(const EmotionTrainOptions& options) {
    return {.height = options.size, .width = options.size, .color = options.color, .per_image = true};
}

std::string run_settings(const EmotionTrainOptions& options) {
    return settings(options).raw("train", sets_json(options.train)).str();
}

std::string emotion_figures(const TrainedEmotion& trained) {
    return JsonObject()
        .raw("report", figures_json(trained.report))
        .raw("validation", figures_json(trained.validation))
        .str();
}

ModelCard emotion_card(const EmotionTrainOptions& options, const TrainedEmotion& trained) {
    ModelCard card;
    card.name = options.name;
    card.revision = options.revision;
    card.task = "emotion";
    card.description = fmt::format(
        "Facial expression of a {0} x {0} {1} face: eight classes as distributions of votes, valence and arousal. "
        "Residual network of {2:.2f} M parameters, trained from scratch by libemotion.",
        options.size, options.color == InputColor::gray ? "grey" : "colour",
        static_cast<double>(trained.parameters) / 1e6);
    card.license = options.license;
    card.architecture = emotion_architecture(options);
    card.input = emotion_input(options);
    card.crop.landmarks = landmarks_in(options.size);
    card.crop.margin = kMargin;
    card.labels = emotion_labels();
    card.temperature = trained.temperature;
    JsonObject training = settings(options);
    if (trained.best_epoch > 0) training.integer("best_epoch", trained.best_epoch);
    training.integer("epochs_done", trained.epochs_done)
        .number("minutes", trained.seconds / 60, 1)
        .integer("pictures", trained.pictures)
        .integer("parameters", trained.parameters)
        .raw("train", sets_json(options.train))
        .raw("validation", sets_json(options.validation))
        .raw("report", sets_json(options.report))
        .raw("va_scale", fmt::format("[{}, {}]", json_number(trained.correction.scale[0]),
                                     json_number(trained.correction.scale[1])))
        .raw("va_shift", fmt::format("[{}, {}]", json_number(trained.correction.shift[0]),
                                     json_number(trained.correction.shift[1])));
    JsonObject details;
    details.raw("training", training.str())
        .text("protocol",
              "validation sets: figures of every epoch, temperature, scale of valence and arousal. report "
              "sets: read once, after the last epoch. One pass over each picture, no mirror image. Classes of "
              "FER+ by the majority protocol without the votes of single persons.")
        .raw("figures", emotion_figures(trained));
    for (const auto& [key, text] : options.notes) details.text(key, text);
    card.details = details.str();
    return card;
}

}  // namespace emotion::train
