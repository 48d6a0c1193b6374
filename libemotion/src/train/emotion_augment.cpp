#include "train/emotion_augment.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace emotion::train {
namespace {

/// n numbers evenly in [low, high).
at::Tensor between(std::int64_t n, double low, double high) {
    return at::rand({n}) * (high - low) + low;
}

/// n numbers between two bounds, evenly in the logarithm.
at::Tensor log_between(std::int64_t n, double low, double high) {
    return between(n, std::log(low), std::log(high)).exp_();
}

/// The transforms from crop to picture, (n, 2, 3), in coordinates of [-1, 1].
at::Tensor random_affine(std::int64_t n, const EmotionAugmentation& a) {
    const double turn = a.turn_deg * std::numbers::pi / 180;
    at::Tensor angle = between(n, -turn, turn);
    at::Tensor inverse_scale = log_between(n, 1 / a.scale_max, 1 / a.scale_min);
    at::Tensor shear = between(n, -a.shear, a.shear);
    at::Tensor mirror = at::rand({n}).lt(0.5).to(at::kFloat) * 2 - 1;
    at::Tensor c = at::cos(angle) * inverse_scale;
    at::Tensor s = at::sin(angle) * inverse_scale;
    at::Tensor row1 = at::stack({c * mirror, c * shear - s, between(n, -2 * a.shift, 2 * a.shift)}, 1);
    at::Tensor row2 = at::stack({s * mirror, s * shear + c, between(n, -2 * a.shift, 2 * a.shift)}, 1);
    return at::stack({row1, row2}, 1);
}

/// 0 inside a random rectangle of some pictures, else 1; (n, 1, h, w).
at::Tensor erasing_mask(std::int64_t n, std::int64_t h, std::int64_t w, const EmotionAugmentation& a) {
    at::Tensor chosen = at::rand({n}).lt(a.erase_share);
    auto inside = [&](std::int64_t length) {
        at::Tensor side = between(n, a.erase_min, a.erase_max) * static_cast<double>(length);
        at::Tensor begin = at::rand({n}) * (static_cast<double>(length) - side);
        at::Tensor place = at::arange(length, at::kFloat).unsqueeze(0) + 0.5;
        return place.ge(begin.unsqueeze(1)).logical_and_(place.lt((begin + side).unsqueeze(1)));
    };
    at::Tensor rows = inside(h).logical_and_(chosen.unsqueeze(1));
    at::Tensor columns = inside(w);
    return rows.unsqueeze(2).logical_and(columns.unsqueeze(1)).logical_not_().to(at::kFloat).unsqueeze(1);
}

}  // namespace

at::Tensor as_channels_last(const at::Tensor& x) {
    at::Tensor y = x.contiguous(at::MemoryFormat::ChannelsLast);
    const std::int64_t c = y.size(1);
    return y.as_strided(y.sizes(), {c * y.size(2) * y.size(3), 1, c * y.size(3), c});
}

at::Tensor normalise_pictures(const at::Tensor& pixels) {
    at::Tensor x = pixels.to(at::kFloat);
    at::Tensor mean = x.mean({1, 2, 3}, true);
    at::Tensor deviation = x.var(at::IntArrayRef{1, 2, 3}, false, true).sqrt_().clamp_min_(1e-3);
    return as_channels_last((x - mean) / deviation);
}

at::Tensor augment_pictures(const at::Tensor& pixels, const EmotionAugmentation& augmentation) {
    const std::int64_t n = pixels.size(0);
    // Drawn on the processor: the same numbers whatever the device.
    auto drawn = [&](const at::Tensor& numbers) { return numbers.to(pixels.device()); };
    at::Tensor grid = at::affine_grid_generator(drawn(random_affine(n, augmentation)), pixels.sizes(), false);
    at::Tensor x = at::grid_sampler_2d(pixels.to(at::kFloat), grid, 0 /* bilinear */, 1 /* border */, false);
    x = normalise_pictures(x);
    at::Tensor contrast = drawn(log_between(n, augmentation.contrast_min, augmentation.contrast_max));
    at::Tensor brightness = drawn(between(n, -augmentation.brightness, augmentation.brightness));
    x.mul_(contrast.view({n, 1, 1, 1})).add_(brightness.view({n, 1, 1, 1}));
    return x.mul_(drawn(erasing_mask(n, pixels.size(2), pixels.size(3), augmentation)));
}

}  // namespace emotion::train
