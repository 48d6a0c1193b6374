#pragma once

#include <opencv2/core.hpp>
#include <utility>

#include "base/check.hpp"
#include "emotion/image.hpp"

namespace emotion {

/// Runs `call` and turns what OpenCV throws into Error{runtime}: "who: OpenCV's sentence".
template <class Call>
auto calling_opencv(const char* who, Call&& call) {
    try {
        return std::forward<Call>(call)();
    } catch (const cv::Exception& error) {
        fail(ErrorCode::runtime, "{}: OpenCV failed: {}", who, error.err);
    }
}

/// OpenCV's code for the conversion between two different formats.
int color_conversion(PixelFormat from, PixelFormat to) noexcept;

/// Whether area_resize is the way to this size: no axis grows, and it is not the exact half, where OpenCV is faster.
bool wants_area_resize(const ImageView& image, int height, int width) noexcept;

/// `image` resized into `target`, which has its size and its type already: area averaging along an axis that shrinks,
/// bilinear along one that grows. Throws cv::Exception.
void resize_pixels(const ImageView& image, cv::Mat& target);

}  // namespace emotion
