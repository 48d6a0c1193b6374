#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "emotion/export.hpp"
#include "emotion/model_card.hpp"

namespace emotion EMOTION_PUBLIC {

/// One tensor of a weights file: 32-bit floats in row-major order.
struct NamedTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// What a model folder holds.
struct ModelFolder {
    ModelCard card;
    std::vector<NamedTensor> tensors;
};

/// Card and weights, with size and SHA-256 of the weights checked against the card and every value finite.
/// Throws Error{io} (missing files) or Error{model_format} with what is wrong.
ModelFolder read_model(const std::filesystem::path& folder);

/// Writes model.safetensors and model.json (with the weights' name, size and hash filled in) so that `folder` holds
/// either the old model or the new one, whole, at every moment. The folder is made where it is missing; other files in
/// it stay. Not for two writers of one folder at once. Throws Error{invalid_argument} for a card or tensors that could
/// not be read back, Error{io}.
void write_model(const std::filesystem::path& folder, ModelCard card, const std::vector<NamedTensor>& tensors);

}  // namespace EMOTION_PUBLIC
