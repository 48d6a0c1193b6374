#include "emotion/circumplex.hpp"

#include <fmt/format.h>

#include "signature.hpp"

namespace emotion::bindings {

void bind_circumplex(py::module_& module) {
    py::class_<CircumplexMatch> type(module, "CircumplexMatch",
                                     "CircumplexMatch(name, probability)\n--\n\n"
                                     "The emotion that a valence and an arousal point to. Read-only.");
    def_init(type, py::init([](std::string name, float probability) {
                 return CircumplexMatch{std::move(name), probability};
             }),
             "From its two values.", py::arg("name"), py::arg("probability"));
    type.def_readonly("name", &CircumplexMatch::name, "An emotion, 'neutral' or 'uncertain'.");
    type.def_readonly("probability", &CircumplexMatch::probability, "In [0, 1]; 0 for 'uncertain'.");
    type.def(
        "__repr__",
        [](const CircumplexMatch& match) {
            return fmt::format("CircumplexMatch(name='{}', probability={:.3f})", match.name, match.probability);
        },
        "__repr__(self, /)\n--\n\nName and probability.");
    def_value(
        type, [](const CircumplexMatch& match) { return py::make_tuple(match.name, match.probability); },
        [](const py::tuple& v) {
            return CircumplexMatch{v[0].cast<std::string>(), v[1].cast<float>()};
        });

    def(
        module, "match_circumplex", [](float valence, float arousal) { return match_circumplex(valence, arousal); },
        "The emotion whose ray from the centre of the valence-arousal plane is nearest.\n\n"
        "Within 0.1 of the centre 'neutral'; beyond 1, or farther than 0.1 from every ray, 'uncertain'.",
        py::arg("valence"), py::arg("arousal"));
    def(
        module, "circumplex_emotions",
        [] {
            py::dict places;
            for (const CircumplexEmotion& emotion : circumplex_emotions())
                places[emotion.name] = py::make_tuple(emotion.valence, emotion.arousal);
            return places;
        },
        "{name: (valence, arousal)}: the places of the emotions in the plane; neutral is the centre.");
}

}  // namespace emotion::bindings
