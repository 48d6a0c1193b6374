#include "nn/input_rows.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace emotion::nn {

at::Tensor InputRows::tensor() const {
    const at::Tensor x = at::empty({count, height, width, channels});
    for (std::int64_t picture = 0; picture < count; ++picture)
        for (int y = 0; y < height; ++y)
            fill(picture, y, x.mutable_data_ptr<float>() + picture * x.stride(0) + y * x.stride(1));
    return x.permute({0, 3, 1, 2});
}

InputRows rows_of(const at::Tensor& x) {
    const std::int64_t channels = x.size(1), width = x.size(3);
    const std::int64_t image = x.stride(0), channel = x.stride(1), row = x.stride(2), pixel = x.stride(3);
    const bool packed = (channel == 1 || channels == 1) && pixel == channels;
    const float* data = x.const_data_ptr<float>();
    return {x.size(0), static_cast<int>(channels), static_cast<int>(x.size(2)), static_cast<int>(width),
            [=](std::int64_t picture, int y, float* out) {
                const float* from = data + picture * image + y * row;
                if (packed) {
                    std::copy_n(from, width * channels, out);
                    return;
                }
                for (std::int64_t c = 0; c < channels; ++c)
                    for (std::int64_t i = 0; i < width; ++i) out[i * channels + c] = from[c * channel + i * pixel];
            }};
}

}  // namespace emotion::nn
