#include "emotion/error.hpp"

#include "base/check.hpp"
#include "support/catch.hpp"

using emotion::ErrorCode;

TEST_CASE("an Error carries its code and its sentence") {
    std::string message =
        error_message(ErrorCode::io, [] { emotion::fail(ErrorCode::io, "cannot read {}: {}", "a.jpg", 7); });
    CHECK(message == "cannot read a.jpg: 7");
}

TEST_CASE("require throws invalid_argument with the value only when the condition fails") {
    CHECK_NOTHROW(emotion::require(true, "never {}", 1));
    std::string message = error_message(ErrorCode::invalid_argument, [] {
        emotion::require(false, "FaceDetector: min_score must be in [0, 1], got {}", 1.5);
    });
    CHECK(message == "FaceDetector: min_score must be in [0, 1], got 1.5");
}

TEST_CASE("every code has its own name") {
    CHECK(std::string(emotion::to_string(ErrorCode::invalid_argument)) == "invalid_argument");
    CHECK(std::string(emotion::to_string(ErrorCode::io)) == "io");
    CHECK(std::string(emotion::to_string(ErrorCode::model_format)) == "model_format");
    CHECK(std::string(emotion::to_string(ErrorCode::unsupported)) == "unsupported");
    CHECK(std::string(emotion::to_string(ErrorCode::runtime)) == "runtime");
}
