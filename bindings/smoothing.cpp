#include "emotion/smoothing.hpp"

#include <fmt/format.h>

#include "guarded.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_smoothing(py::module_& module) {
    using Type = Guarded<EmotionSmoother>;
    py::class_<Type, std::shared_ptr<Type>> type(
        module, "EmotionSmoother",
        "EmotionSmoother(time_constant_s=0.5)\n--\n\n"
        "Averages what a classifier says of each track over time: values go towards the new ones by "
        "1 - exp(-dt / time_constant_s).");
    def_init(type, py::init([](double time_constant_s) { return make_guarded<EmotionSmoother>(time_constant_s); }),
             "time_constant_s: at least 0; 0: no smoothing.", py::arg("time_constant_s") = 0.5);
    def(
        type, "update",
        [](Type& self, std::int64_t track, const Emotion& emotion, double time_s) {
            return self.use([&](EmotionSmoother& smoother) { return smoother.update(track, emotion, time_s); });
        },
        "Takes in what was said of a track, by its id, at a time, and gives the average: an Emotion.", py::arg("track"),
        py::arg("emotion"), py::arg("time_s"));
    def(
        type, "keep",
        [](Type& self, const std::vector<std::int64_t>& tracks) {
            self.use([&](EmotionSmoother& smoother) { smoother.keep(tracks); });
        },
        "Forgets all tracks but these.", py::arg("tracks"));
    type.def_property_readonly(
        "time_constant_s",
        [](Type& self) { return self.use([](EmotionSmoother& smoother) { return smoother.time_constant_s(); }); },
        "After it, 63 % of a jump is reached, at any frame rate.");
}

}  // namespace emotion::bindings
