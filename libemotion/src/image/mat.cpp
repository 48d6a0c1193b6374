#include "image/mat.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "emotion/interop/opencv.hpp"
#include "image/area_resize.hpp"

namespace emotion {

int color_conversion(PixelFormat from, PixelFormat to) noexcept {
    if (from == PixelFormat::gray8) return cv::COLOR_GRAY2BGR;
    if (to == PixelFormat::gray8) return from == PixelFormat::rgb8 ? cv::COLOR_RGB2GRAY : cv::COLOR_BGR2GRAY;
    return cv::COLOR_RGB2BGR;
}

bool wants_area_resize(const ImageView& image, int height, int width) noexcept {
    bool half = image.height == 2 * height && image.width == 2 * width;
    return height <= image.height && width <= image.width && !half;
}

void resize_pixels(const ImageView& image, cv::Mat& target) {
    cv::Mat source = as_mat(image);
    int height = target.rows, width = target.cols;
    if (height == image.height && width == image.width) {
        source.copyTo(target);
    } else if (wants_area_resize(image, height, width)) {
        std::ptrdiff_t values = static_cast<std::ptrdiff_t>(width) * channels(image.format);
        area_resize(image, height, width, [&](int y, const float* pixels) {
            auto* row = target.ptr<std::uint8_t>(y);
            for (std::ptrdiff_t i = 0; i < values; ++i) row[i] = static_cast<std::uint8_t>(pixels[i] + 0.5f);
        });
    } else if (height <= image.height && width <= image.width) {
        cv::resize(source, target, target.size(), 0, 0, cv::INTER_AREA);
    } else if (height >= image.height && width >= image.width) {
        cv::resize(source, target, target.size(), 0, 0, cv::INTER_LINEAR);
    } else {
        // One axis grows and one shrinks: each in its own way, the shrinking one first.
        Image between(std::min(height, image.height), std::min(width, image.width), image.format);
        cv::Mat shrunk = as_mat(between);
        resize_pixels(image, shrunk);
        cv::resize(shrunk, target, target.size(), 0, 0, cv::INTER_LINEAR);
    }
}

}  // namespace emotion
