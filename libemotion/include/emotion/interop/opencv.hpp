#pragma once

// Opt-in and header-only: a program that includes this needs OpenCV's core module; the library's other headers do not.

#include <opencv2/core.hpp>

#include <cstdint>
#include <string>

#include "emotion/error.hpp"
#include "emotion/image.hpp"

namespace emotion {

/// A view of the Mat's memory, no copy; rows may have gaps (a region of a larger Mat). The Mat must stay alive.
/// mat: two dimensions, 8 bits, with as many channels as `format`. Throws Error{invalid_argument} otherwise.
inline ImageView as_view(const cv::Mat& mat, PixelFormat format) {
    if (mat.empty() || mat.dims != 2 || mat.depth() != CV_8U || mat.channels() != channels(format)) {
        throw Error(ErrorCode::invalid_argument, std::string("as_view: expected a cv::Mat of 8 bits with ") +
                                                     std::to_string(channels(format)) + " channel(s) for " +
                                                     to_string(format) + ", got " +
                                                     (mat.empty() ? "an empty one" : cv::typeToString(mat.type())));
    }
    return {mat.data, mat.rows, mat.cols, format, static_cast<std::ptrdiff_t>(mat.step[0])};
}

/// The same in OpenCV's usual order: three channels are bgr8, one is gray8.
inline ImageView as_view(const cv::Mat& mat) {
    return as_view(mat, mat.channels() == 1 ? PixelFormat::gray8 : PixelFormat::bgr8);
}

/// A Mat that shares the view's memory, no copy, channels in the view's order. For reading only: the view's owner
/// has promised nothing else, although cv::Mat cannot say so in its type.
inline cv::Mat as_mat(const ImageView& view) {
    view.validate("as_mat");
    return cv::Mat(view.height, view.width, CV_8UC(channels(view.format)), const_cast<std::uint8_t*>(view.data),
                   static_cast<std::size_t>(view.row_stride));
}

/// A Mat that shares the picture's memory, no copy: writing to it changes the picture. The picture must stay alive.
inline cv::Mat as_mat(Image& image) {
    return as_mat(image.view());
}
inline cv::Mat as_mat(const Image& image) {
    return as_mat(image.view());
}
cv::Mat as_mat(const Image&& image) = delete;  // the memory would be gone at once

}  // namespace emotion
