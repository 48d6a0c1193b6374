#include "emotion/device.hpp"

#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("Precisions are read by the names they print") {
    for (Precision precision : {Precision::f32, Precision::bf16, Precision::f16, Precision::fastest})
        CHECK(parse_precision(to_string(precision)) == precision);
    const std::string message = error_message(ErrorCode::invalid_argument, [] { parse_precision("fp32"); });
    CHECK(message == "precision must be f32, bf16, f16 or fastest, got 'fp32'");
}

TEST_CASE("Device names: the processor always, CUDA where it is, nothing else") {
    CHECK(resolve_device("cpu") == "cpu");
    CHECK(resolve_device("auto") == (cuda_available() ? "cuda:0" : "cpu"));
    for (const char* name : {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:1x", "cuda:99999999999", "cpu:0"}) {
        const std::string message = error_message(ErrorCode::invalid_argument, [&] { resolve_device(name); });
        CHECK(message == "device must be auto, cpu, cuda or cuda:N, got '" + std::string(name) + "'");
    }
}

TEST_CASE("CUDA without a CUDA device is an error that says so") {
    if (cuda_available()) {
        CHECK(resolve_device("cuda") == "cuda:0");
        error_message(ErrorCode::unsupported, [] { resolve_device("cuda:999"); });
        return;
    }
    for (const char* name : {"cuda", "cuda:0", "cuda:3"}) {
        const std::string message = error_message(ErrorCode::unsupported, [&] { resolve_device(name); });
        CHECK(message.starts_with("device '" + std::string(name) + "' was asked for, but this "));
    }
}
