#include "train/faces_batch.hpp"

#include <ATen/ATen.h>

namespace emotion::train {

at::Tensor to_input(const std::vector<std::uint8_t>& pixels, int count, int size, const InputSpec& input) {
    at::Tensor bytes = at::from_blob(const_cast<std::uint8_t*>(pixels.data()), {count, size, size, 3}, at::kByte);
    if (input.color == InputColor::bgr) bytes = bytes.flip({3});
    const at::Tensor mean = at::tensor(at::ArrayRef<float>(input.mean));
    const at::Tensor scale = at::tensor(at::ArrayRef<float>(input.scale));
    return bytes.to(at::kFloat).sub_(mean).mul_(scale).permute({0, 3, 1, 2});  // channels last in memory
}

}  // namespace emotion::train
