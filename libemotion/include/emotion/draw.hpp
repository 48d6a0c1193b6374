#pragma once

#include <cstdint>
#include <span>
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

// All that take an Image draw into it and leave out what is not finite or lies outside. They throw
// Error{invalid_argument} for an empty picture, and for a line width, a radius or a text height below 1 px.

/// A box outline of `line_width` px, clipped at the picture's edges.
void draw_box(Image& image, const Rect& box, Color color, int line_width);
/// Filled dots of `radius` px.
void draw_landmarks(Image& image, const Landmarks& landmarks, Color color, int radius);
/// Text on a filled strip that sits on the upper edge of `box`, or where there is no room above, below or inside it;
/// moved so that it stays in the picture. Dark or white letters, whichever reads better on `color`. Characters outside
/// ASCII are drawn as '?'.
void draw_label(Image& image, const Rect& box, const std::string& text, Color color, float text_height);
/// A box, and what stands on its strip.
struct BoxLabel {
    Rect box;
    std::string text;
    Color color;
};
/// The same for several boxes, in their order: a strip goes to the first place of above, below and inside its box where
/// it covers no strip before it, else to the one where it covers least. An empty text has none.
void draw_labels(Image& image, std::span<const BoxLabel> labels, float text_height);

/// Text without a strip, `corner` at the top left of its letters, with a dark or light rim that keeps it readable on
/// any ground; what reaches beyond the picture is cut off. Characters outside ASCII are drawn as '?'.
void draw_text(Image& image, Point corner, const std::string& text, Color color, float text_height);
/// The width that draw_text needs for a text, px.
float text_width(const std::string& text, float text_height);
/// A line through the points, `line_width` px wide, with smooth edges.
void draw_line(Image& image, std::span<const Point> points, Color color, int line_width);
/// Makes what is in a box unrecognisable, grown by a fifth on each side: at most eight tiles across, without sharp
/// edges.
void blur_box(Image& image, const Rect& box);
/// Darkens a part of the picture to a third, as a ground for lines and text.
void shade_box(Image& image, const Rect& box);

}  // namespace EMOTION_PUBLIC
