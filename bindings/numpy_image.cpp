#include "numpy_image.hpp"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <memory>

#include "emotion/error.hpp"

namespace emotion::bindings {

namespace {

std::string shape_text(const py::array& array) {
    return std::string(py::str(array.attr("shape")));
}

template <typename... Args>
[[noreturn]] void invalid(fmt::format_string<Args...> format, Args&&... args) {
    throw Error(ErrorCode::invalid_argument, fmt::format(format, std::forward<Args>(args)...));
}

py::array checked_array(const py::handle& value, char kind, int itemsize, const char* expected,
                        const std::string& who) {
    if (!py::isinstance<py::array>(value))
        throw py::type_error(fmt::format("{} is {}, expected a numpy array of {}", who, type_name(value), expected));
    py::array array = py::reinterpret_borrow<py::array>(value);
    if (array.dtype().kind() != kind || array.dtype().itemsize() != itemsize)
        throw py::type_error(
            fmt::format("{} has dtype {}, expected {}", who, std::string(py::str(array.dtype())), expected));
    return array;
}

/// Whether the pixels of each row lie one after the other and the rows a positive distance apart.
bool rows_are_packed(const py::array& array, py::ssize_t channel_count) {
    const py::ssize_t width = array.shape(1);
    if (array.ndim() == 3 && channel_count > 1 && array.strides(2) != 1) return false;
    if (width > 1 && array.strides(1) != channel_count) return false;
    return array.shape(0) == 1 || array.strides(0) >= width * channel_count;
}

/// A copy in row-major order.
py::array packed(const py::array& array) {
    return py::module_::import("numpy").attr("ascontiguousarray")(array);
}

py::array read_only(py::array array) {
    array.attr("flags").attr("writeable") = false;
    return array;
}

/// Floats of shape (n, 2), packed.
py::array_t<float, py::array::c_style> float_pairs(const py::handle& values, const std::string& who) {
    auto array = py::array_t<float, py::array::c_style | py::array::forcecast>::ensure(values);
    if (!array) {
        PyErr_Clear();
        throw py::type_error(fmt::format("{} is {}, expected numbers of shape (n, 2)", who, type_name(values)));
    }
    if (array.ndim() != 2 || array.shape(1) != 2) invalid("{} has shape {}, expected (n, 2)", who, shape_text(array));
    return array;
}

template <typename Value>
py::capsule capsule_of(std::unique_ptr<Value> value) {
    py::capsule capsule(value.get(), [](void* pointer) { delete static_cast<Value*>(pointer); });
    value.release();
    return capsule;
}

std::vector<py::ssize_t> shape_of(const Image& image) {
    std::vector<py::ssize_t> shape{image.height(), image.width()};
    if (channels(image.format()) == 3) shape.push_back(3);
    return shape;
}

}  // namespace

std::string type_name(const py::handle& value) {
    const auto name = std::string(py::str(py::type::of(value).attr("__name__")));
    return (std::string("AEIOUaeiou").find(name[0]) == std::string::npos ? "a " : "an ") + name;
}

PixelFormat parse_order(const std::string& order, const std::string& who, bool gray) {
    if (order == "rgb") return PixelFormat::rgb8;
    if (order == "bgr") return PixelFormat::bgr8;
    if (gray && order == "gray") return PixelFormat::gray8;
    invalid("{} must be 'rgb'{}'bgr'{}, got '{}'", who, gray ? ", " : " or ", gray ? " or 'gray'" : "", order);
}

NumpyImage::NumpyImage(const py::handle& array, const std::string& order, const std::string& who)
    : owner_(checked_array(array, 'u', 1, "uint8", who)) {
    const PixelFormat color = parse_order(order, who + ": order");
    if (owner_.ndim() != 2 && owner_.ndim() != 3)
        invalid("{} has shape {}, expected (height, width) or (height, width, 3)", who, shape_text(owner_));
    const py::ssize_t channel_count = owner_.ndim() == 3 ? owner_.shape(2) : 1;
    if (channel_count != 1 && channel_count != 3)
        invalid("{} has {} channels (shape {}), expected 1 or 3", who, channel_count, shape_text(owner_));
    if (owner_.size() == 0) invalid("{} is empty (shape {})", who, shape_text(owner_));
    if (owner_.shape(0) > std::numeric_limits<int>::max() || owner_.shape(1) > std::numeric_limits<int>::max() / 3)
        invalid("{} is too large (shape {})", who, shape_text(owner_));
    if (!rows_are_packed(owner_, channel_count)) owner_ = packed(owner_);
    view_.data = static_cast<const std::uint8_t*>(owner_.data());
    view_.height = static_cast<int>(owner_.shape(0));
    view_.width = static_cast<int>(owner_.shape(1));
    view_.format = channel_count == 1 ? PixelFormat::gray8 : color;
    view_.row_stride = view_.height == 1 ? view_.width * channel_count : owner_.strides(0);
}

void refuse_one_picture(const py::handle& pictures, const std::string& who) {
    if (!py::isinstance<py::array>(pictures)) return;
    const auto array = py::reinterpret_borrow<py::array>(pictures);
    if (array.ndim() == 2 || (array.ndim() == 3 && array.shape(2) == 3))
        invalid("{} has shape {}: one picture, expected several (image[None] makes a batch of one)", who,
                shape_text(array));
}

NumpyImages::NumpyImages(const py::handle& arrays, const std::string& order, const std::string& who) {
    const bool one_array = py::isinstance<py::array>(arrays);
    if (!one_array && (!py::isinstance<py::sequence>(arrays) || py::isinstance<py::str>(arrays)))
        throw py::type_error(fmt::format("{} is {}, expected a list of numpy arrays", who, type_name(arrays)));
    if (one_array) {
        const py::array array = checked_array(arrays, 'u', 1, "uint8", who);
        if (array.ndim() != 3 && array.ndim() != 4)
            invalid("{} has shape {}, expected (count, height, width) or (count, height, width, 3)", who,
                    shape_text(array));
        refuse_one_picture(arrays, who);
    }
    const auto sequence = py::reinterpret_borrow<py::sequence>(arrays);
    images_.reserve(sequence.size());
    for (std::size_t i = 0; i < sequence.size(); ++i)
        images_.emplace_back(py::object(sequence[i]), order, fmt::format("{}[{}]", who, i));
    for (const NumpyImage& image : images_) views_.push_back(image.view());
}

py::array to_numpy(Image&& image) {
    auto kept = std::make_unique<Image>(std::move(image));
    const std::vector<py::ssize_t> shape = shape_of(*kept);
    const std::uint8_t* data = kept->data();
    return py::array_t<std::uint8_t>(shape, data, capsule_of(std::move(kept)));
}

py::array to_numpy(std::shared_ptr<const Image> image) {
    const std::vector<py::ssize_t> shape = shape_of(*image);
    const std::uint8_t* data = image->data();
    auto kept = std::make_unique<std::shared_ptr<const Image>>(std::move(image));
    return read_only(py::array_t<std::uint8_t>(shape, data, capsule_of(std::move(kept))));
}

py::array to_numpy(const std::vector<Image>& images, int height, int width, PixelFormat format) {
    std::vector<py::ssize_t> shape{static_cast<py::ssize_t>(images.size()), height, width};
    if (channels(format) == 3) shape.push_back(3);
    py::array_t<std::uint8_t> array(shape);
    const std::size_t bytes =
        static_cast<std::size_t>(height) * static_cast<std::size_t>(width) * static_cast<std::size_t>(channels(format));
    for (std::size_t i = 0; i < images.size(); ++i)
        std::memcpy(array.mutable_data() + i * bytes, images[i].data(), bytes);
    return array;
}

py::array to_numpy(const Landmarks& landmarks) {
    py::array_t<float> array({5, 2});
    for (py::ssize_t i = 0; i < 5; ++i) {
        array.mutable_at(i, 0) = landmarks[static_cast<std::size_t>(i)].x;
        array.mutable_at(i, 1) = landmarks[static_cast<std::size_t>(i)].y;
    }
    return read_only(std::move(array));
}

std::vector<Point> to_points(const py::handle& values, const std::string& who) {
    const auto array = float_pairs(values, who);
    std::vector<Point> points;
    for (py::ssize_t i = 0; i < array.shape(0); ++i) points.push_back({array.at(i, 0), array.at(i, 1)});
    return points;
}

Landmarks to_landmarks(const py::handle& values, const std::string& who) {
    const std::vector<Point> points = to_points(values, who);
    Landmarks landmarks;
    if (points.size() != landmarks.size()) invalid("{} has shape ({}, 2), expected (5, 2)", who, points.size());
    std::copy(points.begin(), points.end(), landmarks.begin());
    return landmarks;
}

py::array to_numpy(const std::vector<float>& values) {
    return read_only(py::array_t<float>(static_cast<py::ssize_t>(values.size()), values.data()));
}

py::array to_numpy(FloatArray&& values) {
    auto kept = std::make_unique<FloatArray>(std::move(values));
    const std::vector<py::ssize_t> shape(kept->shape.begin(), kept->shape.end());
    const float* data = kept->values.data();
    return py::array_t<float>(shape, data, capsule_of(std::move(kept)));
}

FloatArray to_float_array(const py::handle& array, const std::string& who) {
    const py::array given = packed(checked_array(array, 'f', 4, "float32", who));
    FloatArray values;
    values.shape.assign(given.shape(), given.shape() + given.ndim());
    // ascontiguousarray makes a scalar one-dimensional; the shape is the caller's.
    if (py::reinterpret_borrow<py::array>(array).ndim() == 0) values.shape.clear();
    values.values.resize(static_cast<std::size_t>(given.size()));
    if (given.size() > 0) std::memcpy(values.values.data(), given.data(), values.values.size() * sizeof(float));
    return values;
}

}  // namespace emotion::bindings
