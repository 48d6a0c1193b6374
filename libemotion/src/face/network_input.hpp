#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "emotion/model_card.hpp"
#include "image/sampling.hpp"

namespace emotion {

/// How pixels become the input that a card describes.
PixelTransform pixel_transform(const InputSpec& input);

/// Memory for networks' inputs, used again from call to call: fresh pages for the input of a large picture would cost
/// as much as filling it. As many buffers exist as calls ran at the same time; one larger than 64 MiB is given back to
/// the system at the end of its call. Thread-safe.
class InputBuffers {
public:
    /// One buffer in use; returns to where it came from when it goes.
    class Lease {
    public:
        Lease(InputBuffers& owner, std::size_t floats);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        /// Contents undefined.
        float* data() noexcept { return values_.data(); }

    private:
        InputBuffers& owner_;
        std::vector<float> values_;
    };

private:
    std::mutex mutex_;
    std::vector<std::vector<float>> free_;
};

}  // namespace emotion
