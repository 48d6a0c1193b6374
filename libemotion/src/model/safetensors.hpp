#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "emotion/model_folder.hpp"

namespace emotion {

/// Reads a safetensors file strictly (https://github.com/huggingface/safetensors, the header's JSON, then the bytes
/// without gaps or overlaps). Takes F32; F16 and BF16 are widened. In the order of the bytes in the file.
/// Throws Error{io} or Error{model_format} with what is wrong and where.
std::vector<NamedTensor> read_safetensors(const std::filesystem::path& path);

/// The same from the bytes of a file; `where` begins each message.
std::vector<NamedTensor> parse_safetensors(std::string_view bytes, const std::string& where);

/// What write_safetensors wrote.
struct WrittenWeights {
    std::uint64_t bytes = 0;
    std::string sha256;
};

/// Writes tensors as F32 in their order, to a temporary name beside `path`, flushed to the disk and renamed.
/// Throws Error{invalid_argument} for names twice and values that do not fit the shape, Error{io}.
WrittenWeights write_safetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

}  // namespace emotion
