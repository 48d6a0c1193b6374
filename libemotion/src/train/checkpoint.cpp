#include "train/checkpoint.hpp"

#include <ATen/ATen.h>

#include <charconv>
#include <mutex>

#include "base/check.hpp"
#include "model/safetensors.hpp"

namespace emotion::train {
namespace {

constexpr const char* kTextPrefix = "text:";

NamedTensor named(const std::string& name, const at::Tensor& tensor) {
    at::Tensor values = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
    NamedTensor result{name, values.sizes().vec(), {}};
    result.values.assign(values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel());
    return result;
}

}  // namespace

const std::string& Checkpoint::text(const std::string& name) const {
    auto found = texts.find(name);
    if (found == texts.end()) fail(ErrorCode::model_format, "checkpoint: the entry '{}' is missing", name);
    return found->second;
}

std::int64_t Checkpoint::integer(const std::string& name) const {
    const std::string& digits = text(name);
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size())
        fail(ErrorCode::model_format, "checkpoint: the entry '{}' is no whole number", name);
    return value;
}

nn::State Checkpoint::part(const std::string& prefix) const {
    nn::State result;
    for (const auto& [name, tensor] : tensors)
        if (name.starts_with(prefix)) result.emplace_back(name.substr(prefix.size()), tensor);
    return result;
}

void Checkpoint::add(const std::string& prefix, const nn::State& state) {
    for (const auto& [name, tensor] : state) tensors.emplace_back(prefix + name, tensor.detach().clone());
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
    std::vector<NamedTensor> all;
    for (const auto& [name, tensor] : checkpoint.tensors) all.push_back(named(name, tensor));
    for (const auto& [name, text] : checkpoint.texts) {
        NamedTensor tensor{kTextPrefix + name, {static_cast<std::int64_t>(text.size())}, {}};
        for (char c : text) tensor.values.push_back(static_cast<float>(static_cast<unsigned char>(c)));
        all.push_back(std::move(tensor));
    }
    if (path.has_parent_path()) {
        std::error_code error;
        std::filesystem::create_directories(path.parent_path(), error);
        if (error)
            fail(ErrorCode::io, "checkpoint: cannot make the folder {}: {}", path.parent_path().string(),
                 error.message());
    }
    write_safetensors(path, all);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
    Checkpoint result;
    for (NamedTensor& tensor : read_safetensors(path)) {
        if (tensor.name.starts_with(kTextPrefix)) {
            std::string text;
            for (float value : tensor.values) {
                if (!(value >= 0 && value <= 255))
                    fail(ErrorCode::model_format, "checkpoint: '{}' in {} is no text", tensor.name, path.string());
                text.push_back(static_cast<char>(static_cast<unsigned char>(value)));
            }
            result.texts[tensor.name.substr(std::string(kTextPrefix).size())] = text;
        } else {
            result.tensors.emplace_back(
                tensor.name, at::from_blob(tensor.values.data(), tensor.shape, at::dtype(at::kFloat)).clone());
        }
    }
    return result;
}

std::string random_state(c10::Device device) {
    at::Generator generator = at::globalContext().defaultGenerator(device);
    std::scoped_lock lock(generator.mutex());
    at::Tensor state = generator.get_state();
    const auto* bytes = state.const_data_ptr<std::uint8_t>();
    return {bytes, bytes + state.numel()};
}

void set_random_state(const std::string& bytes, c10::Device device) {
    at::Tensor state = at::empty({static_cast<std::int64_t>(bytes.size())}, at::kByte);
    std::copy(bytes.begin(), bytes.end(), state.mutable_data_ptr<std::uint8_t>());
    at::Generator generator = at::globalContext().defaultGenerator(device);
    std::scoped_lock lock(generator.mutex());
    try {
        generator.set_state(state);
    } catch (const c10::Error&) {
        fail(ErrorCode::model_format, "checkpoint: the random generator's state is damaged");
    }
}

}  // namespace emotion::train
