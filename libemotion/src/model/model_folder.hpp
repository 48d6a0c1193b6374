#pragma once

#include "emotion/model_folder.hpp"

namespace emotion {

/// Name of the card in a model folder.
inline constexpr const char* kCardName = "model.json";
/// Name of the weights as write_model leaves them.
inline constexpr const char* kWeightsName = "model.safetensors";

/// parse_model_card for a card whose weights are written: the key "weights" must be there.
ModelCard parse_written_card(const std::string& text, const std::string& where);

/// Bounds of the two files, bytes.
inline constexpr std::uint64_t kMaxCardBytes = std::uint64_t{1} << 18;
inline constexpr std::uint64_t kMaxWeightsBytes = std::uint64_t{1} << 32;

}  // namespace emotion
