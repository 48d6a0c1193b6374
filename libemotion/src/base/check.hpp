#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>

#include "emotion/error.hpp"

namespace emotion {

/// Throws Error with a formatted sentence.
template <class... Args>
[[noreturn]] void fail(ErrorCode code, fmt::format_string<Args...> text, Args&&... args) {
    throw Error(code, fmt::format(text, std::forward<Args>(args)...));
}

/// Throws Error{invalid_argument} with a formatted sentence unless `holds`.
template <class... Args>
void require(bool holds, fmt::format_string<Args...> text, Args&&... args) {
    if (!holds) throw Error(ErrorCode::invalid_argument, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace emotion
