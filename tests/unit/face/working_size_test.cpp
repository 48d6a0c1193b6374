#include "face/working_size.hpp"

#include "support/catch.hpp"

using namespace emotion;

TEST_CASE("The working scale brings the smallest face asked for to the smallest that the model finds") {
    CHECK(working_scale(12, 12) == 1);
    CHECK(working_scale(12, 6) == 2);
    CHECK(working_scale(12, 48) == 0.25);
    CHECK(working_scale(12, 1) == 4);
    CHECK(working_scale(12, 1e-30) == 4);
}

TEST_CASE("A working picture is padded to the stride below and on the right") {
    const WorkingSize size = working_size(480, 641, 1, 32);
    CHECK(size.height == 480);
    CHECK(size.width == 641);
    CHECK(size.padded_height == 480);
    CHECK(size.padded_width == 672);
    const WorkingSize half = working_size(481, 640, 0.5, 1);
    CHECK(half.height == 241);
    CHECK(half.padded_height == 241);
}

TEST_CASE("No side of a working picture falls under a pixel") {
    const WorkingSize size = working_size(1, 5000, 1e-3, 32);
    CHECK(size.height == 1);
    CHECK(size.width == 5);
    CHECK(size.padded_height == 32);
    CHECK(working_size(1, 1, 0, 8).padded_width == 8);
}

TEST_CASE("A working picture of more than 100 million pixels is refused in one sentence") {
    CHECK(working_size(10000, 10000, 1, 1).width == 10000);
    const std::string message = error_message(ErrorCode::invalid_argument, [] { working_size(6000, 8000, 2, 32); });
    CHECK(message.find("8000 x 6000") != std::string::npos);
    CHECK(message.find("16000 x 12000") != std::string::npos);
    CHECK(message.find("100 million") != std::string::npos);
    error_message(ErrorCode::invalid_argument, [] { working_size(2147483647, 2147483647, 4, 32); });
    error_message(ErrorCode::invalid_argument, [] { working_size(1, 2147483647, 1, 32); });
}
