#include "emotion/train_emotion.hpp"

#include "evaluate_emotion.hpp"
#include "model_card.hpp"
#include "signature.hpp"
#include "train_progress.hpp"

namespace emotion::bindings {

/// Names of models, or their folders; one alone is taken too.
template <>
struct OptionValue<std::vector<std::string>> {
    static std::string expected() { return "str, path or sequence of them"; }
    static std::vector<std::string> from(const py::handle& value) {
        if (py::isinstance<py::str>(value) || py::hasattr(value, "__fspath__"))
            return {OptionValue<std::string>::from(value)};
        if (!py::isinstance<py::sequence>(value)) throw py::cast_error();
        std::vector<std::string> result;
        for (const py::handle item : value) result.push_back(OptionValue<std::string>::from(item));
        return result;
    }
    static py::object to(const std::vector<std::string>& value) { return py::tuple(py::cast(value)); }
};

namespace {

const OptionTable<EmotionTrainOptions>& options_table() {
    using Options = EmotionTrainOptions;
    static const auto table = OptionTable<Options>("train_emotion", 0)
                                  .field("train", &Options::train)
                                  .field("validation", &Options::validation)
                                  .field("report", &Options::report)
                                  .field("out", &Options::out)
                                  .field("work", &Options::work)
                                  .field("resume", &Options::resume)
                                  .field("export_only", &Options::export_only)
                                  .field("initial", &Options::initial)
                                  .field("teachers", &Options::teachers)
                                  .field("teacher_share", &Options::teacher_share)
                                  .field("color", &Options::color)
                                  .field("size", &Options::size)
                                  .field("widths", &Options::widths)
                                  .field("blocks", &Options::blocks)
                                  .field("stem_stride", &Options::stem_stride)
                                  .field("dropout", &Options::dropout)
                                  .field("epochs", &Options::epochs)
                                  .field("batch_size", &Options::batch_size)
                                  .field("va_batch_size", &Options::va_batch_size)
                                  .field("learning_rate", &Options::learning_rate)
                                  .field("weight_decay", &Options::weight_decay)
                                  .field("warmup_steps", &Options::warmup_steps)
                                  .field("patience", &Options::patience)
                                  .field("average_decay", &Options::average_decay)
                                  .field("class_balance", &Options::class_balance)
                                  .field("label_smoothing", &Options::label_smoothing)
                                  .field("mixup", &Options::mixup)
                                  .field("va_share", &Options::va_share)
                                  .field("weak_va_share", &Options::weak_va_share)
                                  .field("seed", &Options::seed)
                                  .field("device", &Options::device)
                                  .field("precision", &Options::precision)
                                  .field("threads", &Options::threads)
                                  .field("name", &Options::name)
                                  .field("revision", &Options::revision)
                                  .field("license", &Options::license)
                                  .field("notes", &Options::notes);
    return table;
}

}  // namespace

void bind_train_emotion(py::module_& module) {
    module.def(
        "train_emotion",
        [](const py::kwargs& keywords) {
            const py::object callback = py::reinterpret_borrow<py::dict>(keywords).attr("pop")("callback", py::none());
            return run_trainer(&train_emotion, options_table().parse(py::args(), keywords), callback);
        },
        (options_table().signature("train_emotion", nullptr, "callback=None") +
         "\n--\n\n"
         "Trains an emotion network and writes it as a model folder: a TrainReport.\n\n"
         "train, validation, report: data sets, see evaluate_emotion. out: the model folder. work: checkpoint and "
         "curves.\n"
         "callback: called with a TrainProgress after every step; giving False stops the run. Ctrl+C stops it too; "
         "with "
         "resume=True it goes on. The fields are those of emotion::EmotionTrainOptions, where they are explained.")
            .c_str());
}

}  // namespace emotion::bindings
