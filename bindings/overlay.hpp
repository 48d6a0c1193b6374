#pragma once

#include "emotion/overlay.hpp"
#include "module.hpp"
#include "options.hpp"

namespace emotion::bindings {

template <>
struct OptionValue<OverlayMode> {
    static std::string expected() { return "str"; }
    static OverlayMode from(const py::handle& value);
    static py::object to(OverlayMode value);
};

}  // namespace emotion::bindings
