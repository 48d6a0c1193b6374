#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "nn/module.hpp"

namespace emotion::train {

/// All that a run needs to go on as if it had never stopped: tensors (weights, their average, the optimiser's moments)
/// and texts (step, settings, the random generator's state, best figures). On the disk it is one safetensors file, in
/// which a text is a tensor "text:NAME" with a float for each byte.
struct Checkpoint {
    nn::State tensors;                         ///< float32
    std::map<std::string, std::string> texts;  ///< any bytes

    /// Throws Error{model_format} naming the entry if it is missing or no whole number.
    std::int64_t integer(const std::string& name) const;
    const std::string& text(const std::string& name) const;
    /// The tensors whose names begin with `prefix`, without it, in order.
    nn::State part(const std::string& prefix) const;
    /// Adds tensors (copied) under prefix + name.
    void add(const std::string& prefix, const nn::State& state);
};

/// Writes to a temporary name and renames: `path` holds either the old checkpoint or the new one, whole.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
/// Throws Error{io} or Error{model_format}.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// The state of LibTorch's default generator of a device as bytes, and back.
/// Throws Error{model_format} for bytes that are no such state.
std::string random_state(c10::Device device = c10::kCPU);
void set_random_state(const std::string& bytes, c10::Device device = c10::kCPU);

}  // namespace emotion::train
