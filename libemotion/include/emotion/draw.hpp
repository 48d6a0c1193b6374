#pragma once

#include <cstdint>
#include <string>

#include "emotion/export.hpp"
#include "emotion/geometry.hpp"
#include "emotion/image.hpp"

namespace emotion EMOTION_PUBLIC {

/// A colour by its parts, whatever the channel order of the picture drawn on.
struct Color {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    bool operator==(const Color&) const = default;
};

/// A line width and a text size that can be read on a picture of this size. px
int readable_line_width(const ImageView& image) noexcept;
float readable_text_height(const ImageView& image) noexcept;

/// A box outline of `line_width` px, clipped at the picture's edges.
void draw_box(Image& image, const Rect& box, Color color, int line_width);
/// Filled dots of `radius` px.
void draw_landmarks(Image& image, const Landmarks& landmarks, Color color, int radius);
/// Text on a filled strip that sits on the upper edge of `box` (inside it where there is no room above), moved so that
/// it stays in the picture. Dark or white letters, whichever reads better on `color`. Characters outside ASCII are
/// drawn as '?'.
void draw_label(Image& image, const Rect& box, const std::string& text, Color color, float text_height);

}  // namespace EMOTION_PUBLIC
