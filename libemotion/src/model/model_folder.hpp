#pragma once

#include <filesystem>
#include <vector>

#include "emotion/model_card.hpp"
#include "model/safetensors.hpp"

namespace emotion {

/// What a model folder holds.
struct ModelFolder {
    ModelCard card;
    std::vector<NamedTensor> tensors;
};

/// Card and weights, with size and SHA-256 of the weights checked against the card.
ModelFolder read_model(const std::filesystem::path& folder);

/// Writes model.safetensors and model.json (with the weights' size and hash filled in) so that `folder` holds either
/// the old model or the new one, whole. The folder is made where it is missing.
void write_model(const std::filesystem::path& folder, ModelCard card, const std::vector<NamedTensor>& tensors);

}  // namespace emotion
