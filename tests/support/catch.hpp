#pragma once

// Catch2's single include, for versions 2 and 3. LibTorch defines CHECK too: Catch2's wins in tests.
#ifdef CHECK
#undef CHECK
#endif
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

#include <string>

#include "emotion/error.hpp"

/// Runs `call`, expects an Error of this code and gives its message ("" and a failed check otherwise).
template <class Call>
std::string error_message(emotion::ErrorCode code, Call&& call) {
    try {
        call();
    } catch (const emotion::Error& error) {
        INFO(error.what());
        CHECK(std::string(emotion::to_string(error.code())) == emotion::to_string(code));
        return error.what();
    }
    FAIL_CHECK("no Error was thrown");
    return "";
}
