#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "emotion/evaluate_faces.hpp"
#include "emotion/image.hpp"
#include "emotion/model_card.hpp"
#include "nn/module.hpp"

namespace emotion::train {

/// Boxes of one picture at its own size: maps decoded, scores from `min_score`, overlaps of more than `nms_iou`
/// suppressed. The same as FaceDetector does with the network's outputs, for use while it is trained.
std::vector<ScoredBox> find_faces(const nn::Module& module, const InputSpec& input, const Image& picture,
                                  float min_score, float nms_iou);

/// Of two boxes that overlap by more than `iou_limit` the better stays. Gives them best first.
std::vector<ScoredBox> suppress(std::vector<ScoredBox> boxes, float iou_limit);

/// The figures of a network on the split "val" of a folder. limit: evenly spaced pictures of it, 0 for all. Pictures
/// that cannot be read are left out and named in `notes`.
FaceEvaluation validate_faces(const nn::Module& module, const InputSpec& input, const std::filesystem::path& folder,
                              int limit, std::vector<std::string>& notes);

}  // namespace emotion::train
