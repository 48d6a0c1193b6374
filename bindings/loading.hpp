#pragma once

#include <string>

#include "options.hpp"

namespace emotion::bindings {

/// What the __init__ of a class around a model says of itself.
inline constexpr const char* kLoadsModel =
    "Loads the model. Raises EmotionValueError for an option out of bounds and for a model that is not known or of "
    "another task, EmotionOSError and ModelFormatError for one that is damaged, UnsupportedError for a device that is "
    "not there.";

/// Gives a class that is made from the options of `table()` alone its __init__; loading goes on with the GIL released.
template <typename Class, typename Table>
void def_loading(Class& type, Table table, const char* doc) {
    type.def(py::init([table](const py::args& args, const py::kwargs& keywords) {
                 return make_released<typename Class::type>(table().parse(args, keywords));
             }),
             (table().signature("__init__", "self") + "\n--\n\n" + doc).c_str());
}

}  // namespace emotion::bindings
