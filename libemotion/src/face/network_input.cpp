#include "face/network_input.hpp"

#include <utility>

namespace emotion {
namespace {

constexpr std::size_t kLargestKeptBytes = std::size_t{64} << 20;

PixelFormat pixel_format(InputColor color) {
    switch (color) {
        case InputColor::rgb:
            return PixelFormat::rgb8;
        case InputColor::bgr:
            return PixelFormat::bgr8;
        case InputColor::gray:
            break;
    }
    return PixelFormat::gray8;
}

}  // namespace

PixelTransform pixel_transform(const InputSpec& input) {
    return {pixel_format(input.color), input.mean, input.scale, input.per_image};
}

InputBuffers::Lease::Lease(InputBuffers& owner, std::size_t floats) : owner_(owner) {
    {
        std::lock_guard lock(owner_.mutex_);
        if (!owner_.free_.empty()) {
            values_ = std::move(owner_.free_.back());
            owner_.free_.pop_back();
        }
    }
    if (values_.size() < floats) values_.assign(floats, 0.0f);  // not resize: the old values need no copy
}

InputBuffers::Lease::~Lease() {
    if (values_.size() * sizeof(float) > kLargestKeptBytes) return;
    std::lock_guard lock(owner_.mutex_);
    try {
        owner_.free_.push_back(std::move(values_));
    } catch (...) {
        // Without memory for the list the buffer goes back to the system.
    }
}

}  // namespace emotion
