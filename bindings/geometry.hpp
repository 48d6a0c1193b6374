#pragma once

#include <string>

#include "emotion/geometry.hpp"
#include "module.hpp"

namespace emotion::bindings {

/// (x1, y1, x2, y2) of Python floats.
py::tuple to_tuple(const Rect& box);
/// From any four numbers. Throws TypeError, or Error{invalid_argument} for another count.
Rect to_rect(const py::handle& values, const std::string& who);

}  // namespace emotion::bindings
