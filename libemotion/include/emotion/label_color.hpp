#pragma once

#include <string>

#include "emotion/draw.hpp"
#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// The colour that stands for a class in pictures and graphs, the same every time, in any case of letters and for its
/// usual names ("happy", "happiness"). Labels that are no known emotion get a colour from their name.
Color label_color(const std::string& label);

/// Whether a label, under the same names, is an emotion that people would rather not feel: anger, disgust, fear,
/// sadness or contempt. Graphs show these below the middle line.
bool is_unpleasant(const std::string& label);

}  // namespace EMOTION_PUBLIC
