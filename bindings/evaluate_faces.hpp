#pragma once

#include <string>
#include <vector>

#include "emotion/evaluate_faces.hpp"
#include "module.hpp"

namespace emotion::bindings {

/// Boxes and scores of a sequence of sequences of emotion.Face, one for each picture. Throws TypeError naming what
/// came.
std::vector<std::vector<ScoredBox>> to_scored_boxes(const py::sequence& found, const std::string& who);

}  // namespace emotion::bindings
