#pragma once

#include <stdexcept>
#include <string>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// What kind of thing went wrong; the message of an Error says what exactly, in one sentence.
enum class ErrorCode {
    invalid_argument,  ///< the caller's value is outside what was asked for; the message names field, value and bound
    io,                ///< a file or an address could not be read or written
    model_format,      ///< a model folder is damaged, incomplete or not what its card says
    unsupported,       ///< a valid request that this build or this machine cannot carry out (no GPU, say)
    runtime,           ///< a library below failed (out of memory, a kernel error)
};

/// The one exception type that leaves the library.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    ErrorCode code() const noexcept { return code_; }

private:
    ErrorCode code_;
};

/// "invalid_argument", "io", "model_format", "unsupported" or "runtime".
const char* to_string(ErrorCode code) noexcept;

}  // namespace EMOTION_PUBLIC
