#include "emotion/statistics.hpp"

#include <fmt/format.h>

#include "module.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_statistics(py::module_& module) {
    using Value = FrameStatistics;
    using Share = std::optional<float>;
    py::class_<Value> type(module, "FrameStatistics",
                           "FrameStatistics(head_count=0, emotion_counts=(), attention_coef=0.0, valence=None, "
                           "arousal=None, front_share=None)\n--\n\n"
                           "What a frame shows, in numbers. Read-only.");
    def_init(type,
             py::init([](int head_count, std::vector<int> emotion_counts, float attention_coef, Share valence,
                         Share arousal, Share front_share) {
                 return Value{head_count, std::move(emotion_counts), attention_coef, valence, arousal, front_share};
             }),
             "Ones that come from elsewhere; frame_statistics counts.", py::arg("head_count") = 0,
             py::arg("emotion_counts") = py::tuple(), py::arg("attention_coef") = 0.0f, py::arg("valence") = py::none(),
             py::arg("arousal") = py::none(), py::arg("front_share") = py::none());
    type.def_readonly("head_count", &Value::head_count, "Faces.");
    type.def_property_readonly(
        "emotion_counts", [](const Value& s) { return py::tuple(py::cast(s.emotion_counts)); },
        "Faces whose likeliest label it is, for each label; empty: not classified.");
    type.def_readonly("attention_coef", &Value::attention_coef,
                      "In [0, 1]: largest emotion count / head_count; 0 with no face or no emotions.");
    type.def_readonly("valence", &Value::valence,
                      "In [-1, 1]: mean over the faces; None with no face or no such model.");
    type.def_readonly("arousal", &Value::arousal, "Likewise.");
    type.def_readonly("front_share", &Value::front_share,
                      "In [0, 1]: heads that look to the front, of those whose pose is known; None if there is none.");
    type.def(
        "__repr__",
        [](const Value& s) {
            const auto text = [](Share value) { return value ? fmt::format("{:.3f}", *value) : std::string("None"); };
            return fmt::format(
                "FrameStatistics(head_count={}, attention_coef={:.3f}, valence={}, arousal={}, front_share={})",
                s.head_count, s.attention_coef, text(s.valence), text(s.arousal), text(s.front_share));
        },
        "__repr__(self, /)\n--\n\nThe numbers, without the counts.");
    def_value(
        type,
        [](const Value& s) {
            return py::make_tuple(s.head_count, py::tuple(py::cast(s.emotion_counts)), s.attention_coef, s.valence,
                                  s.arousal, s.front_share);
        },
        [](const py::tuple& v) {
            return Value{v[0].cast<int>(),   v[1].cast<std::vector<int>>(),
                         v[2].cast<float>(), v[3].cast<Share>(),
                         v[4].cast<Share>(), v[5].cast<Share>()};
        });

    const FrontOptions front;
    def(
        module, "frame_statistics",
        [](int head_count, const std::vector<Emotion>& emotions, const std::vector<std::optional<HeadPose>>& poses,
           float max_yaw_deg, float max_pitch_deg) {
            const FrontOptions options{max_yaw_deg, max_pitch_deg};
            options.validate();
            return frame_statistics(head_count, emotions, poses, options);
        },
        "Counts the faces of a frame: a FrameStatistics.\n\n"
        "emotions: an Emotion for each face, or none at all. poses: a HeadPose or None for each face, or none at all. "
        "max_yaw_deg, max_pitch_deg: how far a head may be turned and still look to the front.",
        py::arg("head_count"), py::arg("emotions") = py::tuple(), py::arg("poses") = py::tuple(),
        py::arg("max_yaw_deg") = front.max_yaw_deg, py::arg("max_pitch_deg") = front.max_pitch_deg);
}

}  // namespace emotion::bindings
