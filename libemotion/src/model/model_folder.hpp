#pragma once

#include "emotion/model_folder.hpp"

namespace emotion {

/// Name of the card in a model folder.
inline constexpr const char* kCardName = "model.json";
/// Name of the weights as write_model leaves them.
inline constexpr const char* kWeightsName = "model.safetensors";

/// Bounds of the two files, bytes.
inline constexpr std::uint64_t kMaxCardBytes = std::uint64_t{1} << 18;
inline constexpr std::uint64_t kMaxWeightsBytes = std::uint64_t{1} << 32;

}  // namespace emotion
