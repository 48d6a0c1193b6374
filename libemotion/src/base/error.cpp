#include "emotion/error.hpp"

namespace emotion {

const char* to_string(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_argument:
            return "invalid_argument";
        case ErrorCode::io:
            return "io";
        case ErrorCode::model_format:
            return "model_format";
        case ErrorCode::unsupported:
            return "unsupported";
        case ErrorCode::runtime:
            return "runtime";
    }
    return "runtime";
}

}  // namespace emotion
