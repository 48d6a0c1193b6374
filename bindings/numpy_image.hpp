#pragma once

#include <pybind11/numpy.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "emotion/geometry.hpp"
#include "emotion/image.hpp"
#include "emotion/network.hpp"
#include "module.hpp"

// The only place that touches the memory of numpy arrays.
namespace emotion::bindings {

/// An array of a caller as ImageView, and the array kept alive. Packed pixels with rows any positive distance apart are
/// used where they lie; anything else (mirrored, strided or transposed views) is copied once.
class NumpyImage {
public:
    /// array: uint8, shape (height, width), (height, width, 1) or (height, width, 3) in the channel order `order`,
    /// "rgb" or "bgr". `who` begins the messages, "FaceDetector.detect: image". Throws TypeError for what is not a
    /// uint8 array, Error{invalid_argument} for another shape or order.
    NumpyImage(const py::handle& array, const std::string& order, const std::string& who);

    const ImageView& view() const noexcept { return view_; }

private:
    py::array owner_;
    ImageView view_;
};

/// Several of them: a sequence of arrays, or one array (count, height, width) or (count, height, width, 3).
class NumpyImages {
public:
    NumpyImages(const py::handle& arrays, const std::string& order, const std::string& who);

    std::span<const ImageView> views() const noexcept { return views_; }

private:
    std::vector<NumpyImage> images_;
    std::vector<ImageView> views_;
};

/// Throws Error{invalid_argument} for one picture, (height, width) or (height, width, 3), in place of several: it would
/// pass as a pile of grey ones, three pixels wide. Lists and iterators pass.
void refuse_one_picture(const py::handle& pictures, const std::string& who);

/// rgb8, bgr8 or, where `gray` is allowed, gray8. Throws Error{invalid_argument} naming what came.
PixelFormat parse_order(const std::string& order, const std::string& who, bool gray = false);

/// The picture as array (height, width) or (height, width, 3) that owns its memory; no copy.
py::array to_numpy(Image&& image);
/// The same of a picture that others hold too: read-only, no copy, kept alive by the array.
py::array to_numpy(std::shared_ptr<const Image> image);
/// Pictures of one size as one array (count, height, width[, 3]).
py::array to_numpy(const std::vector<Image>& images, int height, int width, PixelFormat format);

/// (5, 2) float32, read-only.
py::array to_numpy(const Landmarks& landmarks);
/// From anything numpy makes (5, 2) numbers of. Throws Error{invalid_argument} naming the shape that came.
Landmarks to_landmarks(const py::handle& values, const std::string& who);
/// Points, from anything numpy makes (n, 2) numbers of.
std::vector<Point> to_points(const py::handle& values, const std::string& who);

/// (n,) float32, read-only.
py::array to_numpy(const std::vector<float>& values);
/// float32 of any shape; no copy.
py::array to_numpy(FloatArray&& values);
/// A copy. array: float32, any strides. Throws TypeError naming what came.
FloatArray to_float_array(const py::handle& array, const std::string& who);

/// "a list", "an int": the type's name for messages.
std::string type_name(const py::handle& value);

}  // namespace emotion::bindings
