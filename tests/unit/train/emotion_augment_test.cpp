#include "train/emotion_augment.hpp"

#include <ATen/ATen.h>

#include "support/catch.hpp"

using namespace emotion::train;

namespace {

at::Tensor random_pictures(std::int64_t n) {
    at::manual_seed(2);
    return at::randint(0, 256, {n, 1, 48, 48}, at::kByte);
}

EmotionAugmentation none() {
    EmotionAugmentation a;
    a.turn_deg = a.shear = a.shift = a.brightness = a.erase_share = 0;
    a.scale_min = a.scale_max = a.contrast_min = a.contrast_max = 1;
    return a;
}

}  // namespace

TEST_CASE("normalised pictures have mean 0 and deviation 1 each; a plain one is 0") {
    at::Tensor pixels = random_pictures(3);
    pixels[2].fill_(77);
    at::Tensor x = normalise_pictures(pixels);
    CHECK(x.select(0, 0).mean().item<double>() == Approx(0).margin(1e-5));
    CHECK(x.select(0, 1).square().mean().item<double>() == Approx(1).epsilon(1e-4));
    CHECK(x.select(0, 2).abs().max().item<double>() == 0);
    CHECK(at::allclose(normalise_pictures(pixels.to(at::kFloat) * 0.5 + 20), x, 1e-3, 1e-4));
    CHECK(x.suggest_memory_format() == at::MemoryFormat::ChannelsLast);
}

TEST_CASE("with every range closed a picture is only mirrored or not") {
    at::Tensor pixels = random_pictures(40);
    at::Tensor x = normalise_pictures(pixels);
    at::Tensor y = augment_pictures(pixels, none());
    int mirrored = 0;
    for (std::int64_t i = 0; i < 40; ++i) {
        const bool same = at::allclose(x[i], y[i], 1e-3, 1e-3);
        const bool flipped = at::allclose(x[i].flip({2}), y[i], 1e-3, 1e-3);
        CHECK(same != flipped);
        mirrored += flipped ? 1 : 0;
    }
    CHECK(mirrored > 8);
    CHECK(mirrored < 32);
}

TEST_CASE("a scale of 2 shows the middle half") {
    at::Tensor pixels = at::zeros({1, 1, 48, 48}, at::kByte);
    pixels.narrow(2, 12, 24).narrow(3, 12, 24).fill_(200);
    pixels[0][0][24][24] = 100;  // so that the picture is not plain
    EmotionAugmentation twice = none();
    twice.scale_min = twice.scale_max = 2;
    at::Tensor y = augment_pictures(pixels, twice);
    CHECK(y[0][0][1][1].item<float>() == Approx(y[0][0][46][46].item<float>()).margin(1e-3));
    CHECK(y.max().item<float>() == Approx(y[0][0][1][1].item<float>()).margin(1e-3));
}

TEST_CASE("a shift moves by at most its share, an erased rectangle keeps its size") {
    EmotionAugmentation erased = none();
    erased.erase_share = 1;
    at::Tensor x = augment_pictures(random_pictures(30), erased);
    for (std::int64_t i = 0; i < 30; ++i) {
        const auto zeros = x[i].eq(0).sum().item<std::int64_t>();
        CHECK(zeros >= 5 * 5);
        CHECK(zeros <= 21 * 21);
    }
    at::Tensor point = at::zeros({50, 1, 48, 48}, at::kByte);
    point.select(2, 24).select(2, 24).fill_(255);
    EmotionAugmentation shifted = none();
    shifted.shift = 3.0 / 48;
    at::Tensor place = augment_pictures(point, shifted).flatten(1).argmax(1);
    at::Tensor row = at::div(place, 48, "floor") - 24;
    CHECK(row.abs().max().item<std::int64_t>() <= 4);
    CHECK(row.abs().max().item<std::int64_t>() >= 2);
}

TEST_CASE("the channels of a colour picture are brought to mean 0, brightened and erased together") {
    at::manual_seed(2);
    at::Tensor pixels = at::randint(0, 100, {20, 3, 48, 48}, at::kByte);
    pixels.select(1, 0).add_(100);  // reddish
    at::Tensor x = normalise_pictures(pixels);
    CHECK(x[0].mean().item<double>() == Approx(0).margin(1e-5));
    CHECK(x[0].square().mean().item<double>() == Approx(1).epsilon(1e-4));
    CHECK(x[0][0].mean().item<double>() > 1);

    EmotionAugmentation light = none();
    light.contrast_min = 0.7;
    light.contrast_max = 1.4;
    light.brightness = 0.3;
    at::Tensor y = augment_pictures(pixels, light);
    for (std::int64_t i = 0; i < 20; ++i) {
        at::Tensor factor = (y[i].max() - y[i].min()) / (x[i].max() - x[i].min());
        at::Tensor expected = (x[i] - x[i].min()) * factor + y[i].min();
        const bool same = at::allclose(expected, y[i], 1e-3, 1e-3);
        const bool flipped = at::allclose(expected.flip({2}), y[i], 1e-3, 1e-3);
        CHECK(same != flipped);
    }

    EmotionAugmentation erased = none();
    erased.erase_share = 1;
    at::Tensor zeros = augment_pictures(pixels, erased).eq(0);
    CHECK(zeros.all(1).sum(at::IntArrayRef{1, 2}).ge(5 * 5).all().item<bool>());
}

TEST_CASE("the same seed gives the same pictures") {
    at::Tensor pixels = random_pictures(5);
    at::manual_seed(9);
    at::Tensor first = augment_pictures(pixels, {});
    at::manual_seed(9);
    CHECK(at::equal(augment_pictures(pixels, {}), first));
    CHECK_FALSE(at::equal(augment_pictures(pixels, {}), first));
    CHECK(first.isfinite().all().item<bool>());
}
