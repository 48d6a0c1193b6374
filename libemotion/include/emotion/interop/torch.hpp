#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <memory>
#include <string>
#include <utility>

#include "emotion/error.hpp"
#include "emotion/image.hpp"

/// Pictures as LibTorch tensors (height, width, channels) of bytes and back, without a copy. Opt-in: the program that
/// includes this header must itself be built with LibTorch.
namespace emotion {

/// The picture in a tensor: uint8, on the processor, (h, w, 3), (h, w, 1) or (h, w), pixels packed, rows any distance
/// apart. Shares the memory: the tensor must outlive the view.
/// format: of the three channels, rgb8 or bgr8; a tensor of one channel is gray8 whatever it says.
/// Throws Error{invalid_argument} for any other tensor; nothing is copied or guessed.
inline ImageView as_view(const at::Tensor& tensor, PixelFormat format = PixelFormat::rgb8) {
    auto refuse = [](const std::string& what) { throw Error(ErrorCode::invalid_argument, "as_view: " + what); };
    if (!tensor.defined() || !tensor.device().is_cpu() || tensor.scalar_type() != at::kByte)
        refuse("the tensor must be uint8 on the processor");
    if (tensor.dim() != 2 && tensor.dim() != 3)
        refuse("the tensor has " + std::to_string(tensor.dim()) + " dimensions, expected (h, w) or (h, w, c)");
    const std::int64_t count = tensor.dim() == 2 ? 1 : tensor.size(2);
    if (count != 1 && count != 3) refuse("the tensor has " + std::to_string(count) + " channels, expected 1 or 3");
    if (count == 3 && format == PixelFormat::gray8) refuse("the tensor has 3 channels, and the format is gray8");
    const bool packed = (tensor.dim() == 2 || count == 1 || tensor.stride(2) == 1) &&
                        (tensor.size(1) == 1 || tensor.stride(1) == count);
    const std::int64_t row = tensor.size(0) == 1 ? tensor.size(1) * count : tensor.stride(0);
    if (!packed || row < tensor.size(1) * count)
        refuse("the pixels of the tensor are not packed in rows; call contiguous() first");
    ImageView view{tensor.const_data_ptr<std::uint8_t>(), static_cast<int>(tensor.size(0)),
                   static_cast<int>(tensor.size(1)), count == 1 ? PixelFormat::gray8 : format,
                   static_cast<std::ptrdiff_t>(row)};
    view.validate("as_view");
    return view;
}

/// A tensor (h, w, c) over the picture's memory, which must outlive it and must not be written through it.
inline at::Tensor as_tensor(const ImageView& image) {
    image.validate("as_tensor");
    const std::int64_t count = channels(image.format);
    return at::from_blob(const_cast<std::uint8_t*>(image.data), {image.height, image.width, count},
                         {image.row_stride, count, 1}, at::TensorOptions(at::kByte));
}

/// A tensor (h, w, c) that owns the picture from now on.
inline at::Tensor to_tensor(Image image) {
    auto owner = std::make_shared<Image>(std::move(image));
    const ImageView view = owner->view();
    view.validate("to_tensor");
    const std::int64_t count = channels(view.format);
    return at::from_blob(
        owner->data(), {view.height, view.width, count}, [owner](void*) {}, at::kByte);
}

}  // namespace emotion
