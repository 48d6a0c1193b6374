#pragma once

#include <string>
#include <vector>

#include "emotion/face.hpp"
#include "module.hpp"

namespace emotion::bindings {

/// From a sequence of emotion.Face. Throws TypeError naming what came.
std::vector<Face> to_faces(const py::handle& faces, const std::string& who);

}  // namespace emotion::bindings
