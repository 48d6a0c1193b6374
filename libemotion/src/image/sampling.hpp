#pragma once

#include <array>

#include "emotion/geometry.hpp"
#include "emotion/image.hpp"

namespace emotion {

/// How pixels become a network's numbers: (pixel - mean) * scale per channel of `format`, after conversion to it.
struct PixelTransform {
    PixelFormat format = PixelFormat::rgb8;
    std::array<float, 3> mean{0, 0, 0};
    std::array<float, 3> scale{1, 1, 1};
    bool per_image = false;  ///< afterwards mean 0 and standard deviation 1 over all values (deviation at least 1e-3)
};

/// Resizes `image` to `height` x `width` px (as resize does, area averages not rounded in between), converts and
/// normalises in one pass into `out`: channels last, row y begins at out + y * row_floats. Values beyond `width` in a
/// row are left alone. Throws Error{invalid_argument} for an empty picture or size, or row_floats too small for a row.
void resize_into(const ImageView& image, int height, int width, const PixelTransform& transform, float* out,
                 std::ptrdiff_t row_floats);

/// Mean and scale of each channel, repeated so that a loop over kPeriod values needs no thought about channels.
struct ChannelPattern {
    static constexpr int kPeriod = 48;
    alignas(64) std::array<float, kPeriod> mean;
    alignas(64) std::array<float, kPeriod> scale;

    explicit ChannelPattern(const PixelTransform& transform);
};

/// Rows of pictures as resize_into gives them where the size stays, one at a time. Threads may share it.
class RowTransform {
public:
    /// Throws Error{invalid_argument} for per_image, which no row knows.
    explicit RowTransform(const PixelTransform& transform);

    /// Row y of `image`, which must be valid, to width * channels floats.
    void write(const ImageView& image, int y, float* out) const;

private:
    PixelTransform transform_;
    ChannelPattern pattern_;
};

/// Samples the crop: crop pixel p comes from crop_from_image.inverse() of its centre; where the crop shrinks the
/// picture, each value is the mean over the area (as many bilinear samples as it needs), so that nothing aliases.
/// Outside the picture its edge pixels repeat. `out`: height * width * channels floats, channels last.
/// Throws Error{invalid_argument} for an empty picture or size, and for a transform that is not finite or of scale 0.
void warp_into(const ImageView& image, const Similarity& crop_from_image, int height, int width,
               const PixelTransform& transform, float* out);

/// The same sampling to a picture.
Image warp(const ImageView& image, const Similarity& crop_from_image, int height, int width);

}  // namespace emotion
