#include "emotion/alignment.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "image/sampling.hpp"

namespace emotion {
namespace {

/// Crop pixels for each pixel of the picture.
constexpr float kSmallestScale = 1e-5f;

void require_usable(const Face& face) {
    const Rect& box = face.box;
    const bool finite = std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) &&
                        std::isfinite(box.y2) && std::isfinite(box.area());
    require(finite, "align_faces: the box must be finite, got ({}, {}, {}, {})", box.x1, box.y1, box.x2, box.y2);
    require(box.area() > 0, "align_faces: the box must have an area, got ({}, {}, {}, {})", box.x1, box.y1, box.x2,
            box.y2);
    if (!face.landmarks) return;
    for (const Point& p : *face.landmarks)
        require(std::isfinite(p.x) && std::isfinite(p.y), "align_faces: the landmarks must be finite, got ({}, {})",
                p.x, p.y);
}

/// Whether the points span anything: a detector may put all of them on one spot of a face of a few pixels, and no
/// similarity can be told from that.
bool is_spread(const Landmarks& landmarks) {
    return std::any_of(landmarks.begin(), landmarks.end(), [&](Point p) { return p != landmarks[0]; });
}

Similarity from_landmarks(const Landmarks& landmarks, const CropSpec& crop) {
    Landmarks target;
    for (std::size_t i = 0; i < target.size(); ++i) target[i] = {(*crop.landmarks)[i][0], (*crop.landmarks)[i][1]};
    return estimate_similarity(landmarks, target);
}

Similarity from_box(const Rect& box, const CropSpec& crop, int height, int width) {
    const float side = std::max(box.width(), box.height()) * (1 + 2 * crop.margin);
    const float scale = static_cast<float>(std::min(height, width)) / side;
    const Point center = box.center();
    return {scale, 0, static_cast<float>(width) / 2 - scale * center.x,
            static_cast<float>(height) / 2 - scale * center.y};
}

}  // namespace

Similarity crop_from_image(const Face& face, const CropSpec& crop, int height, int width) {
    require(height >= 1 && width >= 1, "crop_from_image: the crop must be at least 1 x 1 px, got {} x {}", width,
            height);
    require(std::isfinite(crop.margin) && crop.margin > -0.5f,
            "crop_from_image: crop.margin must be a number above -0.5, got {}", crop.margin);
    require_usable(face);
    if (face.landmarks && crop.landmarks && is_spread(*face.landmarks)) {
        // Points in a mirrored order, say, shrink to a spot: what they would cut out is no face.
        const Similarity aligned = from_landmarks(*face.landmarks, crop);
        if (aligned.scale() > kSmallestScale) return aligned;
    }
    return from_box(face.box, crop, height, width);
}

std::vector<Image> align_faces(const ImageView& image, std::span<const Face> faces, const CropSpec& crop, int height,
                               int width) {
    image.validate("align_faces: image");
    std::vector<Image> crops;
    crops.reserve(faces.size());
    for (const Face& face : faces)
        crops.push_back(warp(image, crop_from_image(face, crop, height, width), height, width));
    return crops;
}

}  // namespace emotion
