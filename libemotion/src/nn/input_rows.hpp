#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace emotion::nn {

/// Pictures as a network takes them, row by row: a large picture need never lie in memory as floats.
struct InputRows {
    std::int64_t count = 0;
    int channels = 0;
    int height = 0;
    int width = 0;
    /// Writes row y of a picture, width * channels floats, channels last. Called by several threads at once, perhaps
    /// more than once for a row.
    std::function<void(std::int64_t picture, int y, float* out)> fill;

    /// All of them: (n, c, h, w) f32, channels_last.
    at::Tensor tensor() const;
};

/// x: (n, c, h, w) f32 on the processor, any strides; it must live as long as the rows are read.
InputRows rows_of(const at::Tensor& x);

}  // namespace emotion::nn
