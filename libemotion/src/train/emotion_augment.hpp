#pragma once

#include <ATen/core/Tensor.h>

namespace emotion::train {

/// How faces are varied in training; every range is drawn evenly unless it says otherwise.
struct EmotionAugmentation {
    double turn_deg = 20;     ///< to either side
    double scale_min = 0.82;  ///< evenly in its logarithm
    double scale_max = 1.22;
    double shear = 0.15;         ///< to either side
    double shift = 3.6 / 48;     ///< to either side, share of the picture's side
    double contrast_min = 0.74;  ///< evenly in its logarithm
    double contrast_max = 1.35;
    double brightness = 0.3;      ///< to either side, in standard deviations of the picture
    double erase_share = 0.4;     ///< of the pictures lose a rectangle
    double erase_min = 6.0 / 48;  ///< its sides, share of the picture's side
    double erase_max = 20.0 / 48;
};

/// The same numbers in channels_last memory. For one channel LibTorch counts the plain layout as both, and computes in
/// the plain one, which is slower: here the stride of the channels says which it is.
at::Tensor as_channels_last(const at::Tensor& x);

/// (n, c, h, w) uint8 or float to float channels_last, each picture with mean 0 and deviation 1 over all its values
/// (deviation at least 1e-3, as PixelTransform::per_image does).
at::Tensor normalise_pictures(const at::Tensor& pixels);

/// A random turn, scale, shear, shift and mirroring of each picture (edge pixels repeat outside), then its own
/// normalisation, then contrast, brightness and erasing. Draws from the processor's default generator.
/// pixels: (n, c, h, w) uint8, on any device; result there, as normalise_pictures.
at::Tensor augment_pictures(const at::Tensor& pixels, const EmotionAugmentation& augmentation);

}  // namespace emotion::train
