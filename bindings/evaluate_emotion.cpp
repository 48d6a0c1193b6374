#include "evaluate_emotion.hpp"

#include <fmt/format.h>

#include "json.hpp"
#include "signature.hpp"

namespace emotion::bindings {

std::vector<EmotionDataset> OptionValue<std::vector<EmotionDataset>>::from(const py::handle& value) {
    if (py::isinstance<EmotionDataset>(value)) return {value.cast<EmotionDataset>()};
    if (py::isinstance<py::str>(value)) return {parse_emotion_dataset(value.cast<std::string>())};
    if (py::hasattr(value, "__fspath__")) return {EmotionDataset{.path = value.cast<std::filesystem::path>()}};
    if (!py::isinstance<py::sequence>(value)) throw py::cast_error();
    std::vector<EmotionDataset> result;
    for (const py::handle item : value)
        for (EmotionDataset& dataset : from(item)) result.push_back(std::move(dataset));
    return result;
}

namespace {

const OptionTable<EmotionEvaluationOptions>& options_table() {
    static const auto table = OptionTable<EmotionEvaluationOptions>("evaluate_emotion", 2)
                                  .field("model", &EmotionEvaluationOptions::model)
                                  .field("data", &EmotionEvaluationOptions::data)
                                  .field("calibration", &EmotionEvaluationOptions::calibration)
                                  .field("flip_average", &EmotionEvaluationOptions::flip_average)
                                  .field("batch_size", &EmotionEvaluationOptions::batch_size)
                                  .field("threads", &EmotionEvaluationOptions::threads);
    return table;
}

}  // namespace

void bind_evaluate_emotion(py::module_& module) {
    const EmotionDataset defaults;
    py::class_<EmotionDataset> type(module, "EmotionDataset",
                                    "EmotionDataset(path, part='all', class_weight=1.0, va_weight=1.0)\n--\n\n"
                                    "A folder or table of labelled faces, or a part of it. Read-only.");
    def_init(type, py::init([](std::filesystem::path path, std::string part, double class_weight, double va_weight) {
                 EmotionDataset dataset{std::move(path), std::move(part), class_weight, va_weight};
                 dataset.validate();
                 return dataset;
             }),
             "part: 'all', 'A/N' or 'A-B/N': the pictures whose place modulo N is A (A to B). The weights are those of "
             "the class labels and of valence and arousal in the loss; 0 leaves them out.",
             py::arg("path"), py::arg("part") = defaults.part, py::arg("class_weight") = defaults.class_weight,
             py::arg("va_weight") = defaults.va_weight);
    type.def_readonly("path", &EmotionDataset::path, "pathlib.Path of the folder or table.");
    type.def_readonly("part", &EmotionDataset::part, "Which of its pictures.");
    type.def_readonly("class_weight", &EmotionDataset::class_weight, "Of the class labels in the loss.");
    type.def_readonly("va_weight", &EmotionDataset::va_weight, "Of valence and arousal in the loss.");
    type.def(
        "__repr__",
        [](const EmotionDataset& d) {
            return fmt::format("EmotionDataset(path='{}', part='{}', class_weight={}, va_weight={})", d.path.string(),
                               d.part, d.class_weight, d.va_weight);
        },
        "__repr__(self, /)\n--\n\nIts values.");
    def_value(
        type,
        [](const EmotionDataset& d) { return py::make_tuple(d.path.string(), d.part, d.class_weight, d.va_weight); },
        [](const py::tuple& v) {
            return EmotionDataset{v[0].cast<std::string>(), v[1].cast<std::string>(), v[2].cast<double>(),
                                  v[3].cast<double>()};
        });

    module.def(
        "evaluate_emotion",
        [](const py::args& args, const py::kwargs& keywords) {
            const EmotionEvaluationOptions options = options_table().parse(args, keywords);
            return from_json(released([&] { return evaluate_emotion(options).json(); }));
        },
        (options_table().signature("evaluate_emotion", nullptr) +
         "\n--\n\n"
         "What a model is worth on labelled pictures, as a dict: accuracy, macro F1, confusion, calibration, CCC.\n\n"
         "data: 'PATH' or 'PATH,part=A-B/N,classes=WEIGHT,va=WEIGHT', EmotionDataset, or a list of these. "
         "calibration: as EmotionClassifier.")
            .c_str());
}

}  // namespace emotion::bindings
