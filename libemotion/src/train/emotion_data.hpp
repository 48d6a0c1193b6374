#pragma once

#include <vector>

#include "emotion/evaluate_emotion.hpp"
#include "emotion/image.hpp"
#include "emotion/model_card.hpp"
#include "train/emotion_samples.hpp"

namespace emotion::train {

/// The picture as the network wants it.
struct EmotionPixels {
    int height = 48;
    int width = 48;
    PixelFormat format = PixelFormat::gray8;
};
EmotionPixels emotion_pixels(const InputSpec& input);

/// Reads data sets one behind the other. Pictures whose most votes say "unknown" or "not a face" are left out.
/// Throws Error{io} for a label file that is missing, of no known kind, or has a wrong line (with its number), and
/// Error{invalid_argument} if nothing is left of a data set.
EmotionSamples read_emotion_datasets(const std::vector<EmotionDataset>& sets, const EmotionPixels& pixels);

}  // namespace emotion::train
