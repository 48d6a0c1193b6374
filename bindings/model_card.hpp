#pragma once

#include "emotion/error.hpp"
#include "emotion/model_card.hpp"
#include "options.hpp"

namespace emotion::bindings {

const char* to_string(InputColor color);

template <>
struct OptionValue<InputColor> {
    static std::string expected() { return "str"; }
    static InputColor from(const py::handle& value) {
        const std::string text = value.cast<std::string>();
        for (InputColor color : {InputColor::rgb, InputColor::bgr, InputColor::gray})
            if (text == to_string(color)) return color;
        throw Error(ErrorCode::invalid_argument, "color must be rgb, bgr or gray, got '" + text + "'");
    }
    static py::object to(InputColor value) { return py::str(to_string(value)); }
};

}  // namespace emotion::bindings
