#include "model/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <set>
#include <string_view>
#include <tuple>

#include "base/files.hpp"
#include "model/json.hpp"
#include "model/model_folder.hpp"
#include "model/sha256.hpp"

namespace emotion {
namespace {

using json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "weights are copied as they lie in the file");

constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{1} << 24;
constexpr std::size_t kMaxRank = 8;
constexpr JsonLimits kHeaderLimits{.depth = 4, .keys = 100'000};

enum class Dtype { f32, f16, bf16 };

/// One line of the header: where a tensor's bytes lie, counted from the end of the header.
struct Entry {
    std::string name;
    Dtype dtype = Dtype::f32;
    std::vector<std::int64_t> shape;
    std::uint64_t count = 1;  // product of the shape
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

std::uint64_t bytes_of(Dtype dtype) {
    return dtype == Dtype::f32 ? 4 : 2;
}

/// What begins every message about a tensor.
std::string at_tensor(const std::string& where, const std::string& name) {
    return fmt::format("{}: tensor '{}'", where, name);
}

Dtype read_dtype(const json& value, const std::string& at) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (text == "F32") return Dtype::f32;
    if (text == "F16") return Dtype::f16;
    if (text == "BF16") return Dtype::bf16;
    fail(ErrorCode::model_format, "{} has dtype {}, expected F32, F16 or BF16", at, text);
}

void read_shape(const json& value, Entry& entry, const std::string& at) {
    if (!value.is_array() || value.size() > kMaxRank)
        fail(ErrorCode::model_format, "{}: shape must be a list of at most {} whole numbers", at, kMaxRank);
    for (const json& size : value) {
        if (!size.is_number_unsigned())
            fail(ErrorCode::model_format, "{}: shape must hold whole numbers of 0 or more, got {}", at, size.dump());
        const auto number = size.get<std::uint64_t>();
        // No tensor of a file of 4 GiB has more elements than that; the product stays far from 2^64.
        if (number > kMaxWeightsBytes || (number != 0 && entry.count > kMaxWeightsBytes / number))
            fail(ErrorCode::model_format, "{}: shape {} has too many elements", at, value.dump());
        entry.count *= number;
        entry.shape.push_back(static_cast<std::int64_t>(number));
    }
}

void read_offsets(const json& value, Entry& entry, std::uint64_t data_bytes, const std::string& at) {
    if (!value.is_array() || value.size() != 2 || !value[0].is_number_unsigned() || !value[1].is_number_unsigned())
        fail(ErrorCode::model_format, "{}: data_offsets must be two whole numbers of 0 or more", at);
    entry.begin = value[0].get<std::uint64_t>();
    entry.end = value[1].get<std::uint64_t>();
    if (entry.begin > entry.end || entry.end > data_bytes)
        fail(ErrorCode::model_format, "{}: data_offsets [{}, {}] leave the {} bytes of data of the file", at,
             entry.begin, entry.end, data_bytes);
    const std::uint64_t expected = entry.count * bytes_of(entry.dtype);
    if (entry.end - entry.begin != expected)
        fail(ErrorCode::model_format, "{}: data_offsets [{}, {}] hold {} bytes, its shape and dtype need {}", at,
             entry.begin, entry.end, entry.end - entry.begin, expected);
}

Entry read_entry(const std::string& name, const json& value, std::uint64_t data_bytes, const std::string& where) {
    const std::string at = at_tensor(where, name);
    if (name.empty()) fail(ErrorCode::model_format, "{}: a tensor has an empty name", where);
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
        !value.contains("data_offsets"))
        fail(ErrorCode::model_format, "{} must be described by dtype, shape and data_offsets, and nothing else", at);
    Entry entry;
    entry.name = name;
    entry.dtype = read_dtype(value["dtype"], at);
    read_shape(value["shape"], entry, at);
    read_offsets(value["data_offsets"], entry, data_bytes, at);
    return entry;
}

void check_metadata(const json& value, const std::string& where) {
    bool texts = value.is_object();
    if (texts)
        for (const json& item : value) texts = texts && item.is_string();
    if (!texts) fail(ErrorCode::model_format, "{}: __metadata__ must be an object of texts", where);
}

/// The header's entries in the order of their bytes, which fill the data without gaps or overlaps.
std::vector<Entry> read_entries(const json& header, std::uint64_t data_bytes, const std::string& where) {
    if (!header.is_object()) fail(ErrorCode::model_format, "{}: the header must be a JSON object", where);
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
        if (name == "__metadata__")
            check_metadata(value, where);
        else
            entries.push_back(read_entry(name, value, data_bytes, where));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    std::uint64_t position = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != position)
            fail(ErrorCode::model_format, "{} begins at byte {}, {} byte {} where the bytes before it end",
                 at_tensor(where, entry.name), entry.begin,
                 entry.begin < position ? "overlapping what lies before" : "leaving a gap after", position);
        position = entry.end;
    }
    if (position != data_bytes)
        fail(ErrorCode::model_format, "{}: {} bytes follow the last tensor", where, data_bytes - position);
    return entries;
}

float from_bf16(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// IEEE 754 binary16 to binary32.
float from_f16(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1fu;
    const std::uint32_t fraction = bits & 0x3ffu;
    if (exponent == 0) {  // zero and subnormal numbers: fraction * 2^-24
        const float value = static_cast<float>(fraction) * 0x1p-24f;
        return sign ? -value : value;
    }
    const std::uint32_t wide = exponent == 31 ? 0xffu : exponent + (127 - 15);
    return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

std::vector<float> read_values(const Entry& entry, const char* data) {
    std::vector<float> values(entry.count);
    if (entry.count == 0) return values;
    if (entry.dtype == Dtype::f32) {
        std::memcpy(values.data(), data + entry.begin, values.size() * sizeof(float));
        return values;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, data + entry.begin + 2 * i, 2);
        values[i] = entry.dtype == Dtype::f16 ? from_f16(bits) : from_bf16(bits);
    }
    return values;
}

/// The elements that a shape stands for. Throws Error{invalid_argument} unless there are as many values.
void check_tensor(const NamedTensor& tensor) {
    require(!tensor.name.empty() && tensor.name != "__metadata__", "write_safetensors: '{}' cannot name a tensor",
            tensor.name);
    require(tensor.shape.size() <= kMaxRank, "write_safetensors: tensor '{}' has {} dimensions, at most {} are written",
            tensor.name, tensor.shape.size(), kMaxRank);
    std::uint64_t count = 1;
    for (std::int64_t size : tensor.shape) {
        require(size >= 0 && size <= std::numeric_limits<std::int32_t>::max() && count <= kMaxWeightsBytes,
                "write_safetensors: tensor '{}' has the impossible shape [{}]", tensor.name,
                fmt::join(tensor.shape, ", "));
        count *= static_cast<std::uint64_t>(size);
    }
    require(count == tensor.values.size(), "write_safetensors: tensor '{}' has {} values, its shape [{}] needs {}",
            tensor.name, tensor.values.size(), fmt::join(tensor.shape, ", "), count);
}

std::string make_header(const std::vector<NamedTensor>& tensors) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    std::set<std::string> names;
    std::uint64_t position = 0;
    for (const NamedTensor& tensor : tensors) {
        check_tensor(tensor);
        require(names.insert(tensor.name).second, "write_safetensors: two tensors have the name '{}'", tensor.name);
        const std::uint64_t end = position + tensor.values.size() * sizeof(float);
        nlohmann::ordered_json entry;
        entry["dtype"] = "F32";
        entry["shape"] = tensor.shape;
        entry["data_offsets"] = {position, end};
        header.emplace(tensor.name, std::move(entry));
        position = end;
    }
    std::string text;
    try {
        text = header.dump();
    } catch (const nlohmann::json::exception&) {
        fail(ErrorCode::invalid_argument, "write_safetensors: a tensor's name is not valid UTF-8");
    }
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

}  // namespace

std::vector<NamedTensor> parse_safetensors(std::string_view bytes, const std::string& where) {
    if (bytes.size() < 8)
        fail(ErrorCode::model_format, "{}: {} bytes are too few for a safetensors file", where, bytes.size());
    std::uint64_t header_bytes = 0;
    std::memcpy(&header_bytes, bytes.data(), 8);
    if (header_bytes < 2 || header_bytes > kMaxHeaderBytes || header_bytes > bytes.size() - 8)
        fail(ErrorCode::model_format, "{}: the header's length is {}, expected 2 to {}", where, header_bytes,
             std::min<std::uint64_t>(kMaxHeaderBytes, bytes.size() - 8));
    const std::string_view text = bytes.substr(8, header_bytes);
    if (text.front() != '{') fail(ErrorCode::model_format, "{}: the header does not begin with '{{'", where);
    const std::string_view data = bytes.substr(8 + header_bytes);
    const json header = parse_json<json>(text, where, kHeaderLimits);
    std::vector<NamedTensor> tensors;
    for (Entry& entry : read_entries(header, data.size(), where)) {
        std::vector<float> values = read_values(entry, data.data());
        tensors.push_back({std::move(entry.name), std::move(entry.shape), std::move(values)});
    }
    return tensors;
}

std::vector<NamedTensor> read_safetensors(const std::filesystem::path& path) {
    return parse_safetensors(read_file(path, kMaxWeightsBytes), path.string());
}

WrittenWeights write_safetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors) {
    const std::string header = make_header(tensors);
    const std::uint64_t length = header.size();
    AtomicFile file(path);
    Sha256 hash;
    std::uint64_t bytes = 0;
    auto put = [&](std::span<const std::byte> piece) {
        file.write(piece);
        hash.update(piece);
        bytes += piece.size();
    };
    put(std::as_bytes(std::span(&length, 1)));
    put(std::as_bytes(std::span(header)));
    for (const NamedTensor& tensor : tensors) put(std::as_bytes(std::span(tensor.values)));
    file.commit();
    return {bytes, hash.finish()};
}

}  // namespace emotion
