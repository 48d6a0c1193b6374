#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "emotion/face.hpp"

namespace emotion {

/// Greedy non-maximum suppression: the candidate of the best score stays, those whose IoU with it exceeds `max_iou` go,
/// and so on with what is left; of equal scores the earlier one comes first. Candidates whose score is NaN or whose box
/// is not finite or has no area are left out.
/// max_iou: in (0, 1]. Gives the positions of at most `max_kept` candidates, best score first.
std::vector<std::size_t> nms(std::span<const Face> candidates, float max_iou, std::size_t max_kept);

}  // namespace emotion
