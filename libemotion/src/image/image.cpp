#include "emotion/image.hpp"

#include <cstring>
#include <new>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "base/check.hpp"
#include "base/thread_setters.hpp"
#include "emotion/interop/opencv.hpp"
#include "image/mat.hpp"

namespace emotion {
namespace {

[[maybe_unused]] const bool thread_setter_added = add_thread_setter([](int count) { cv::setNumThreads(count); });

}  // namespace

int channels(PixelFormat format) noexcept {
    return format == PixelFormat::gray8 ? 1 : 3;
}

const char* to_string(PixelFormat format) noexcept {
    switch (format) {
        case PixelFormat::rgb8:
            return "rgb8";
        case PixelFormat::bgr8:
            return "bgr8";
        case PixelFormat::gray8:
            return "gray8";
    }
    return "rgb8";
}

ImageView ImageView::part(int x, int y, int part_width, int part_height) const {
    require(
        x >= 0 && y >= 0 && part_width >= 1 && part_height >= 1 && part_width <= width - x && part_height <= height - y,
        "ImageView: a part of {} x {} px at ({}, {}) does not lie inside a picture of {} x {} px", part_width,
        part_height, x, y, width, height);
    ImageView view = *this;
    view.data = row(y) + static_cast<std::ptrdiff_t>(x) * channels(format);
    view.width = part_width;
    view.height = part_height;
    return view;
}

void ImageView::validate(const char* who) const {
    require(height >= 1, "{}: image has height {}, expected at least 1", who, height);
    require(width >= 1, "{}: image has width {}, expected at least 1", who, width);
    require(data != nullptr, "{}: image has no memory", who);
    std::ptrdiff_t row_bytes = static_cast<std::ptrdiff_t>(width) * channels(format);
    require(row_stride >= row_bytes, "{}: image has a row stride of {} bytes, expected at least {} for {} px of {}",
            who, row_stride, row_bytes, width, to_string(format));
}

Image::Image(int height, int width, PixelFormat format) : height_(height), width_(width), format_(format) {
    require(height >= 1 && width >= 1, "Image: both sides must be at least 1 px, got {} x {}", width, height);
    try {
        pixels_.resize(static_cast<std::size_t>(row_stride()) * static_cast<std::size_t>(height));
    } catch (const std::bad_alloc&) {
        fail(ErrorCode::runtime, "Image: no memory for {} x {} px", width, height);
    } catch (const std::length_error&) {
        fail(ErrorCode::runtime, "Image: no memory for {} x {} px", width, height);
    }
}

Image::Image(const ImageView& view) {
    view.validate("Image");
    *this = Image(view.height, view.width, view.format);
    for (int y = 0; y < view.height; ++y) std::memcpy(row(y), view.row(y), static_cast<std::size_t>(row_stride()));
}

Image convert(const ImageView& image, PixelFormat format) {
    image.validate("convert");
    if (image.format == format) return Image(image);
    Image out(image.height, image.width, format);
    calling_opencv("convert", [&] {
        cv::Mat target = as_mat(out);
        cv::cvtColor(as_mat(image), target, color_conversion(image.format, format));
    });
    return out;
}

Image resize(const ImageView& image, int height, int width) {
    image.validate("resize");
    require(height >= 1 && width >= 1, "resize: both sides must be at least 1 px, got {} x {}", width, height);
    Image out(height, width, image.format);
    calling_opencv("resize", [&] {
        cv::Mat target = as_mat(out);
        resize_pixels(image, target);
    });
    return out;
}

}  // namespace emotion
