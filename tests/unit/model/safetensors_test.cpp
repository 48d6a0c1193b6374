#include "model/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/files.hpp"
#include "model/sha256.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
using emotion::NamedTensor;

namespace {

/// A file from its header's text and its data.
std::string file_of(const std::string& header, const std::string& data) {
    const std::uint64_t size = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &size, 8);
    return bytes + header + data;
}

std::string words(std::initializer_list<std::uint16_t> values) {
    std::string bytes;
    for (std::uint16_t value : values) {
        bytes += static_cast<char>(value & 0xff);
        bytes += static_cast<char>(value >> 8);
    }
    return bytes;
}

}  // namespace

TEST_CASE("tensors survive writing and reading bit by bit, in their order") {
    test_models::TemporaryFolder folder;
    const std::vector<NamedTensor> tensors{{"z.weight", {2, 3}, {1, -2.5f, 3e-39f, 3.4e38f, -0.0f, 1.0f / 3}},
                                           {"a", {}, {7}},
                                           {"nothing", {0, 4}, {}},
                                           {"\xc3\xbc", {1}, {8}}};
    const auto written = emotion::write_safetensors(folder.path() / "w", tensors);
    const std::string bytes = emotion::read_file(folder.path() / "w", 10'000);
    CHECK(written.bytes == bytes.size());
    CHECK(written.sha256 == emotion::sha256(bytes));
    const auto read = emotion::read_safetensors(folder.path() / "w");
    REQUIRE(read.size() == tensors.size());
    for (const NamedTensor& tensor : tensors) {
        const auto found =
            std::find_if(read.begin(), read.end(), [&](const NamedTensor& t) { return t.name == tensor.name; });
        REQUIRE(found != read.end());
        CHECK(found->shape == tensor.shape);
        REQUIRE(found->values.size() == tensor.values.size());
        for (std::size_t i = 0; i < tensor.values.size(); ++i)
            CHECK(std::bit_cast<std::uint32_t>(found->values[i]) == std::bit_cast<std::uint32_t>(tensor.values[i]));
    }
    CHECK(read.front().name == "z.weight");
}

TEST_CASE("the header is padded with spaces so that the data is aligned") {
    test_models::TemporaryFolder folder;
    for (const char* name : {"a", "ab", "abc", "abcdefgh"}) {
        emotion::write_safetensors(folder.path() / "w", {{name, {1}, {1}}});
        const std::string bytes = emotion::read_file(folder.path() / "w", 10'000);
        std::uint64_t header = 0;
        std::memcpy(&header, bytes.data(), 8);
        CHECK(header % 8 == 0);
        CHECK(bytes.size() == 8 + header + 4);
    }
}

TEST_CASE("half precision is widened exactly") {
    // 1, -2, the largest, the smallest normal and subnormal numbers, both zeros, infinity.
    const std::string half = words({0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x0000, 0x8000, 0x7c00});
    auto read =
        emotion::parse_safetensors(file_of(R"({"h":{"dtype":"F16","shape":[8],"data_offsets":[0,16]}})", half), "t");
    const std::vector<float> expected{1, -2, 65504, 0x1p-14f, 0x1p-24f, 0, -0.0f, INFINITY};
    CHECK(read[0].values == expected);
    CHECK(std::signbit(read[0].values[6]));
    read = emotion::parse_safetensors(
        file_of(R"({"b":{"dtype":"BF16","shape":[2,1],"data_offsets":[0,4]}})", words({0x3fc0, 0xc2f7})), "t");
    CHECK(read[0].values == std::vector<float>{1.5f, -123.5f});
}

TEST_CASE("the order of the header does not matter, and metadata is passed over") {
    const auto read = emotion::parse_safetensors(
        file_of(R"({"__metadata__":{"format":"pt"},"b":{"data_offsets":[4,8],"dtype":"F32","shape":[1]},)"
                R"("a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}   )",
                std::string("\0\0\x80\x3f\0\0\0\x40", 8)),
        "t");
    REQUIRE(read.size() == 2);
    CHECK(read[0].name == "a");
    CHECK(read[0].values[0] == 1);
    CHECK(read[1].values[0] == 2);
}

TEST_CASE("write_safetensors refuses what could not be read back and leaves no file") {
    test_models::TemporaryFolder folder;
    const auto path = folder.path() / "w";
    auto refusal = [&](const std::vector<NamedTensor>& tensors) {
        return error_message(ErrorCode::invalid_argument, [&] { emotion::write_safetensors(path, tensors); });
    };
    CHECK(refusal({{"a", {2}, {1}}}) == "write_safetensors: tensor 'a' has 1 values, its shape [2] needs 2");
    CHECK(refusal({{"a", {1}, {1}}, {"a", {1}, {1}}}) == "write_safetensors: two tensors have the name 'a'");
    CHECK(refusal({{"", {1}, {1}}}) == "write_safetensors: '' cannot name a tensor");
    CHECK(refusal({{"a", {-1}, {}}}).find("impossible shape") != std::string::npos);
    CHECK(refusal({{"\xff", {1}, {1}}}) == "write_safetensors: a tensor's name is not valid UTF-8");
    CHECK(std::filesystem::is_empty(folder.path()));
}
