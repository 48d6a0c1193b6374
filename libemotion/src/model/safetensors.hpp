#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace emotion {

/// One tensor of a weights file: 32-bit floats in row-major order.
struct NamedTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// Reads a safetensors file strictly (https://github.com/huggingface/safetensors, the header's JSON, then the bytes
/// without gaps or overlaps). Takes F32; F16 and BF16 are widened. In the order of the bytes in the file.
/// Throws Error{io} or Error{model_format} with what is wrong and where.
std::vector<NamedTensor> read_safetensors(const std::filesystem::path& path);

/// Writes tensors as F32, to a temporary name beside `path`, flushed to the disk and renamed.
void write_safetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

}  // namespace emotion
