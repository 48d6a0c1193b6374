#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "emotion/evaluate_faces.hpp"
#include "emotion/model_card.hpp"

namespace emotion::train {

/// The crops of one step.
struct FaceBatch {
    std::vector<std::uint8_t> pixels;           ///< count x size x size x 3, rgb
    std::vector<std::vector<FaceLabel>> faces;  ///< of each crop
    std::vector<std::vector<Rect>> ignore;      ///< of each crop
};

/// A batch of pictures as the network's input: pixels (n, size, size, 3), rgb bytes, to (n, 3, size, size) float.
at::Tensor to_input(const std::vector<std::uint8_t>& pixels, int count, int size, const InputSpec& input);

}  // namespace emotion::train
