// Weights files that are damaged, or made to do damage: each one is refused with a sentence, none crashes.

#include "model/safetensors.hpp"

#include <cstring>

#include "base/files.hpp"
#include "hostile/damage.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;

namespace {

std::string with_length(std::uint64_t length, const std::string& rest) {
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + rest;
}

std::string refusal_of_bytes(const std::string& bytes) {
    const std::string message = error_message(ErrorCode::model_format, [&] { emotion::parse_safetensors(bytes, "w"); });
    INFO(message);
    CHECK(message.starts_with("w: "));
    return message.size() > 3 ? message.substr(3) : message;
}

/// The message for a file of this header and eight bytes of data.
std::string refusal(const std::string& header, std::size_t data_bytes = 8) {
    return refusal_of_bytes(with_length(header.size(), header + std::string(data_bytes, '\0')));
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return "{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

}  // namespace

TEST_CASE("hostile weights: the length of the header") {
    CHECK(refusal_of_bytes("") == "0 bytes are too few for a safetensors file");
    CHECK(refusal_of_bytes("1234567") == "7 bytes are too few for a safetensors file");
    CHECK(refusal_of_bytes(with_length(0, "{}")) == "the header's length is 0, expected 2 to 2");
    CHECK(refusal_of_bytes(with_length(3, "{}")) == "the header's length is 3, expected 2 to 2");
    for (std::uint64_t length :
         {std::uint64_t{1} << 24, std::uint64_t{1} << 32, std::uint64_t{1} << 63, ~std::uint64_t{0}, ~std::uint64_t{7}})
        CHECK(refusal_of_bytes(with_length(length, "{}")).starts_with("the header's length is "));
}

TEST_CASE("hostile weights: a header that is not a JSON object") {
    CHECK(refusal("[1,2]") == "the header does not begin with '{'");
    CHECK(refusal(" {}") == "the header does not begin with '{'");
    CHECK(refusal("{\"a\":").starts_with("not valid JSON: "));
    CHECK(refusal("{} x").starts_with("not valid JSON: "));
    CHECK(refusal("{\"\xff\":1}").starts_with("not valid JSON: "));
    CHECK(refusal("{\"a\":1e999}").starts_with("not valid JSON: "));
    CHECK(refusal("{\"a\":" + std::string(100'000, '[')) == "the JSON is nested deeper than 4 levels");
    CHECK(refusal("{\"a\":" + std::string(100'000, '{')).find("JSON") != std::string::npos);
}

TEST_CASE("hostile weights: entries that are not a tensor's") {
    const std::string good = entry("\"F32\"", "[2]", "[0,8]");
    CHECK(refusal("{\"a\":5}") == "tensor 'a' must be described by dtype, shape and data_offsets, and nothing else");
    CHECK(refusal("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}").starts_with("tensor 'a' must be described by"));
    CHECK(refusal("{\"a\":{\"x\":1," + good.substr(1) + "}").starts_with("tensor 'a' must be described by"));
    CHECK(refusal("{\"\":" + good + "}") == "a tensor has an empty name");
    CHECK(refusal("{\"a\":" + good + ",\"a\":" + good + "}") == "the key \"a\" stands twice in one object");
    CHECK(refusal("{\"a\":{\"dtype\":\"F16\"," + good.substr(1) + "}") ==
          "the key \"dtype\" stands twice in one object");
    CHECK(refusal("{\"__metadata__\":{\"k\":1},\"a\":" + good + "}") == "__metadata__ must be an object of texts");
    CHECK(refusal("{\"__metadata__\":[],\"a\":" + good + "}") == "__metadata__ must be an object of texts");
}

TEST_CASE("hostile weights: dtypes and shapes") {
    auto with = [](const std::string& dtype, const std::string& shape) {
        return refusal("{\"a\":" + entry(dtype, shape, "[0,8]") + "}");
    };
    for (const char* dtype : {"\"F64\"", "\"I64\"", "\"f32\"", "\"\"", "7", "null"})
        CHECK(with(dtype, "[2]").starts_with("tensor 'a' has dtype "));
    for (const char* shape : {"2", "null", "[1,1,1,1,1,1,1,1,2]"})
        CHECK(with("\"F32\"", shape) == "tensor 'a': shape must be a list of at most 8 whole numbers");
    for (const char* shape : {"[-2]", "[2.0]", "[\"2\"]", "[[2]]", "[null]", "[-9223372036854775808]"})
        CHECK(with("\"F32\"", shape).starts_with("tensor 'a': shape must hold whole numbers of 0 or more"));
    for (const char* shape : {"[4294967296,4294967296]", "[18446744073709551615]", "[65536,65536,65536,65536]",
                              "[9223372036854775809,2]", "[2147483648,2147483648,2]"})
        CHECK(with("\"F32\"", shape).find("has too many elements") != std::string::npos);
    CHECK(with("\"F32\"", "[3]") == "tensor 'a': data_offsets [0, 8] hold 8 bytes, its shape and dtype need 12");
    CHECK(with("\"F32\"", "[0]") == "tensor 'a': data_offsets [0, 8] hold 8 bytes, its shape and dtype need 0");
    CHECK(with("\"F16\"", "[2]") == "tensor 'a': data_offsets [0, 8] hold 8 bytes, its shape and dtype need 4");
}

TEST_CASE("hostile weights: offsets") {
    auto with = [](const std::string& offsets) { return refusal("{\"a\":" + entry("\"F32\"", "[2]", offsets) + "}"); };
    for (const char* offsets : {"8", "[0]", "[0,8,8]", "[-8,0]", "[0.0,8]", "[\"0\",8]", "[null,8]"})
        CHECK(with(offsets) == "tensor 'a': data_offsets must be two whole numbers of 0 or more");
    for (const char* offsets :
         {"[8,0]", "[0,16]", "[8,16]", "[18446744073709551608,18446744073709551615]", "[0,18446744073709551615]"})
        CHECK(with(offsets).find("leave the 8 bytes of data of the file") != std::string::npos);
}

TEST_CASE("hostile weights: gaps, overlaps and bytes that belong to nothing") {
    const std::string first = "\"a\":" + entry("\"F32\"", "[1]", "[0,4]");
    CHECK(refusal("{" + first + ",\"b\":" + entry("\"F32\"", "[1]", "[4,8]") + "}", 12) ==
          "4 bytes follow the last tensor");
    CHECK(refusal("{" + first + ",\"b\":" + entry("\"F32\"", "[1]", "[8,12]") + "}", 12).find("leaving a gap after") !=
          std::string::npos);
    CHECK(refusal("{" + first + ",\"b\":" + entry("\"F32\"", "[1]", "[2,6]") + "}", 6)
              .find("overlapping what lies before") != std::string::npos);
    CHECK(refusal("{" + first + ",\"b\":" + entry("\"F32\"", "[1]", "[0,4]") + "}", 4)
              .find("overlapping what lies before") != std::string::npos);
    CHECK(refusal("{}", 1) == "1 bytes follow the last tensor");
}

TEST_CASE("hostile weights: a header of very many entries is refused in bounded time") {
    std::string header = "{";
    for (int i = 0; i < 150'000; ++i) header += "\"" + std::to_string(i) + "\":0,";
    header.back() = '}';
    CHECK(refusal(header) == "an object has more than 100000 keys");
}

TEST_CASE("hostile weights: thousands of damaged files are refused or read, never more") {
    test_models::TemporaryFolder folder;
    emotion::write_safetensors(
        folder.path() / "w",
        {{"first.weight", {2, 1, 2, 2}, std::vector<float>(8, 1)}, {"first.bias", {2}, {1, 2}}, {"b", {}, {3}}});
    const std::string good = emotion::read_file(folder.path() / "w", 10'000);
    Numbers numbers(20);
    int refused = 0;
    for (int i = 0; i < 6000; ++i) {
        try {
            const auto tensors = emotion::parse_safetensors(damaged(good, numbers), "w");
            for (const auto& tensor : tensors) {
                std::size_t count = 1;
                for (std::int64_t side : tensor.shape) count *= static_cast<std::size_t>(side);
                REQUIRE(count == tensor.values.size());
            }
        } catch (const emotion::Error& error) {
            REQUIRE(error.code() == ErrorCode::model_format);
            REQUIRE(std::string(error.what()).starts_with("w: "));
            ++refused;
        }
    }
    CHECK(refused > 4000);
}
