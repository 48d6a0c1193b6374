#include "train_progress.hpp"

#include <fmt/format.h>

#include "json.hpp"

namespace emotion::bindings {

void bind_train_progress(py::module_& module) {
    py::class_<TrainProgress> progress(module, "TrainProgress", "How far a training run is. Read-only.");
    progress.def_readonly("epoch", &TrainProgress::epoch, "The epoch under way, counted from 1.");
    progress.def_readonly("epochs", &TrainProgress::epochs, "Epochs of the whole run.");
    progress.def_readonly("step", &TrainProgress::step, "Steps done in the whole run.");
    progress.def_readonly("steps", &TrainProgress::steps, "Steps of the whole run.");
    progress.def_readonly("loss", &TrainProgress::loss, "Mean over the epoch so far.");
    progress.def_readonly("learning_rate", &TrainProgress::learning_rate, "Of the step just done.");
    progress.def_readonly("seconds", &TrainProgress::seconds, "Since this call began.");
    progress.def_readonly("seconds_left", &TrainProgress::seconds_left, "Expected.");
    progress.def_readonly("images_per_s", &TrainProgress::images_per_s, "Pictures trained on per second.");
    progress.def_readonly("note", &TrainProgress::note, "A line at the end of an epoch, else empty.");
    progress.def(
        "__repr__",
        [](const TrainProgress& p) {
            return fmt::format("TrainProgress(epoch={}/{}, step={}/{}, loss={:.4f})", p.epoch, p.epochs, p.step,
                               p.steps, p.loss);
        },
        "__repr__(self, /)\n--\n\nEpoch, step and loss.");

    py::class_<TrainReport> report(module, "TrainReport", "What a training run leaves behind. Read-only.");
    report.def_readonly("model", &TrainReport::model,
                        "pathlib.Path of the model folder; empty if the run was stopped.");
    report.def_readonly("checkpoint", &TrainReport::checkpoint, "pathlib.Path from which the run can be resumed.");
    report.def_readonly("curves", &TrainReport::curves, "pathlib.Path of a CSV file, a line for each epoch.");
    report.def_readonly("finished", &TrainReport::finished, "False if the callback stopped the run.");
    report.def_readonly("seconds", &TrainReport::seconds, "Of this call.");
    report.def_property_readonly(
        "figures", [](const TrainReport& r) { return from_json(r.figures); },
        "The figures that went into the model's card, as a dict.");
    report.def_readonly("skipped", &TrainReport::skipped, "Pictures that could not be read, each with the reason.");
    report.def(
        "__repr__",
        [](const TrainReport& r) {
            return fmt::format("TrainReport(model='{}', finished={})", r.model.string(), r.finished ? "True" : "False");
        },
        "__repr__(self, /)\n--\n\nThe model folder, and whether the run came to its end.");
}

}  // namespace emotion::bindings
