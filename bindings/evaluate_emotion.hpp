#pragma once

#include <string>
#include <vector>

#include "emotion/evaluate_emotion.hpp"
#include "options.hpp"

namespace emotion::bindings {

/// Data sets are given as text, "PATH,part=A-B/N,classes=WEIGHT,va=WEIGHT", as EmotionDataset, or as a list of these.
template <>
struct OptionValue<std::vector<EmotionDataset>> {
    static std::string expected() { return "str, EmotionDataset or list of them"; }
    static std::vector<EmotionDataset> from(const py::handle& value);
    static py::object to(const std::vector<EmotionDataset>& value) { return py::tuple(py::cast(value)); }
};

}  // namespace emotion::bindings
