#pragma once

#include <string>

#include "module.hpp"

namespace emotion::bindings {

/// The Python value of a JSON text.
inline py::object from_json(const std::string& text) {
    return py::module_::import("json").attr("loads")(text);
}

inline std::string to_json_text(const py::handle& value) {
    return py::module_::import("json").attr("dumps")(value).cast<std::string>();
}

}  // namespace emotion::bindings
