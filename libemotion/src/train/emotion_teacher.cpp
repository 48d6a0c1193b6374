#include "train/emotion_teacher.hpp"

#include <ATen/ATen.h>

#include "base/check.hpp"
#include "emotion/model_store.hpp"
#include "nn/inference.hpp"
#include "nn/load.hpp"
#include "train/emotion_samples.hpp"

namespace emotion::train {
namespace {

std::string describe(const InputSpec& input, const std::vector<std::string>& labels) {
    const char* color = input.color == InputColor::gray ? "grey" : input.color == InputColor::rgb ? "rgb" : "bgr";
    return fmt::format("{} x {} {} pictures normalised {} with the labels {}", input.height, input.width, color,
                       input.per_image ? "one by one" : "by fixed numbers", fmt::join(labels, ", "));
}

std::optional<std::size_t> output_place(const nn::Graph& graph, const std::string& name) {
    for (std::size_t i = 0; i < graph.outputs().size(); ++i)
        if (graph.outputs()[i].first == name) return i;
    return std::nullopt;
}

}  // namespace

void mix_in_teachers(EmotionTargets& targets, const EmotionTeacherView& view, double share, double va_share) {
    at::Tensor labelled = targets.class_weight.gt(0);
    at::Tensor mixed = targets.classes * (1 - share) + view.classes * share;
    targets.classes = at::where(labelled.unsqueeze(1), mixed, view.classes);
    targets.class_weight = targets.class_weight.masked_fill(labelled.logical_not(), share);
    if (!view.va.defined()) return;
    labelled = targets.va_weight.gt(0);
    mixed = targets.va * (1 - share) + view.va * share;
    targets.va = at::where(labelled.unsqueeze(1), mixed, view.va);
    targets.weak_va = labelled.logical_not();
    targets.weak_va_share = va_share * share;
}

EmotionTeachers::EmotionTeachers(const std::vector<std::string>& models, const InputSpec& input, c10::Device device) {
    const std::string expected = describe(input, emotion_labels());
    for (const std::string& model : models) {
        const nn::LoadedModule loaded = nn::load_module(find_model(model));
        require(loaded.card.task == "emotion", "train_emotion: the teacher {} is for the task '{}', expected emotion",
                model, loaded.card.task);
        const std::string own = describe(loaded.card.input, loaded.card.labels);
        require(own == expected, "train_emotion: the teacher {} takes {}, expected {}", model, own, expected);
        const nn::Graph& graph = loaded.module->graph();
        teachers_.push_back({nn::CompiledNetwork(*loaded.module, device, at::kFloat),
                             output_place(graph, "logits").value(), output_place(graph, "valence_arousal")});
    }
}

EmotionTeacherView EmotionTeachers::look(const at::Tensor& x) const {
    nn::InferenceGuard guard;
    std::vector<at::Tensor> classes;
    std::vector<at::Tensor> va;
    for (const Teacher& teacher : teachers_) {
        std::vector<at::Tensor> outputs = teacher.network.forward(x);
        for (at::Tensor& output : outputs) output = output.to(x.device());
        classes.push_back(at::softmax(outputs.at(teacher.logits), 1));
        if (teacher.va) va.push_back(at::tanh(outputs.at(*teacher.va)));
    }
    return {at::stack(classes).mean(0), va.empty() ? at::Tensor() : at::stack(va).mean(0)};
}

}  // namespace emotion::train
