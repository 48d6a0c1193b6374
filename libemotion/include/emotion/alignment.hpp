#pragma once

#include <span>
#include <vector>

#include "emotion/export.hpp"
#include "emotion/face.hpp"
#include "emotion/image.hpp"
#include "emotion/model_card.hpp"

namespace emotion EMOTION_PUBLIC {

/// The transform from picture to crop for one face. With landmarks in both the face and `crop`: the similarity that
/// brings the face's landmarks nearest to the crop's (estimate_similarity). Else, and where the face's landmarks lie
/// all on one spot or give no scale, the box: made square around its centre by its longer side, grown by `crop.margin`
/// of it on each side, scaled so that the square just fits into the crop, in its middle. height, width: the crop's
/// size, px, at least 1. Throws Error{invalid_argument} for a box without area or values that are not finite.
Similarity crop_from_image(const Face& face, const CropSpec& crop, int height, int width);

/// The aligned crops of all faces, in the pixel format of the picture; outside the picture its edge pixels repeat.
/// Throws as crop_from_image, and Error{invalid_argument} for a view without pixels.
std::vector<Image> align_faces(const ImageView& image, std::span<const Face> faces, const CropSpec& crop, int height,
                               int width);

}  // namespace EMOTION_PUBLIC
