#pragma once

#include <optional>

#include "emotion/export.hpp"
#include "emotion/geometry.hpp"

namespace emotion EMOTION_PUBLIC {

/// One face found in a picture, in pixels of that picture.
struct Face {
    Rect box;                            ///< may reach a little beyond the picture's edge
    float score = 0;                     ///< in [0, 1]; how sure the detector is
    std::optional<Landmarks> landmarks;  ///< unset where the detector gives none or the box came from elsewhere
    bool operator==(const Face&) const = default;
};

}  // namespace EMOTION_PUBLIC
