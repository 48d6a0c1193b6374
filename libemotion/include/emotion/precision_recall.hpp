#pragma once

#include <vector>

#include "emotion/evaluate_faces.hpp"
#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// Precision against recall as the score from which boxes are taken falls. All three have one entry for each box that
/// counts, best score first.
struct PrecisionRecall {
    std::vector<float> score;
    std::vector<float> precision;  ///< share of the boxes so far that are right, in [0, 1]
    std::vector<float> recall;     ///< share of the faces asked for that are found so far, in [0, 1]
};

/// The curve under which evaluate_faces takes the area, before it is made falling; empty without faces of
/// `min_height_px` and more. Boxes are matched and errors thrown as there.
PrecisionRecall precision_recall(const std::vector<std::vector<ScoredBox>>& found,
                                 const std::vector<LabelledPicture>& pictures,
                                 const FaceEvaluationOptions& options = {}, float min_height_px = 0);

}  // namespace EMOTION_PUBLIC
