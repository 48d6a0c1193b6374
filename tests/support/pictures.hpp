#pragma once

/// Pictures for tests, made from formulas.

#include <cstdint>

#include "emotion/image.hpp"

namespace test_pictures {

/// The same picture everywhere, rgb8; also in tests/golden/generate.py.
inline emotion::Image formula_picture(int height, int width) {
    emotion::Image image(height, width, emotion::PixelFormat::rgb8);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c)
                image.row(y)[3 * x + c] = static_cast<std::uint8_t>((x * 7 + y * 13 + c * 29 + x * y % 17 * 5) % 256);
    return image;
}

/// Every value of its own, the same for the same seed; rgb8.
inline emotion::Image noise_picture(int height, int width, unsigned seed) {
    emotion::Image image(height, width, emotion::PixelFormat::rgb8);
    std::uint32_t state = seed * 2654435761u + 1;
    for (int i = 0; i < height * width * 3; ++i) {
        state = state * 1664525u + 1013904223u;
        image.data()[i] = static_cast<std::uint8_t>(state >> 24);
    }
    return image;
}

/// Fills a rectangle; grey pictures take the value of r.
inline void paint(emotion::Image& image, int x, int y, int width, int height, int r, int g, int b) {
    for (int row = y; row < y + height; ++row)
        for (int col = x; col < x + width; ++col) {
            std::uint8_t* pixel = image.row(row) + col * emotion::channels(image.format());
            pixel[0] = static_cast<std::uint8_t>(r);
            if (emotion::channels(image.format()) == 1) continue;
            pixel[1] = static_cast<std::uint8_t>(g);
            pixel[2] = static_cast<std::uint8_t>(b);
        }
}

/// Left and right changed places.
inline emotion::Image mirrored(const emotion::Image& image) {
    emotion::Image result(image.height(), image.width(), image.format());
    const int depth = emotion::channels(image.format());
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            for (int c = 0; c < depth; ++c)
                result.row(y)[x * depth + c] = image.row(y)[(image.width() - 1 - x) * depth + c];
    return result;
}

}  // namespace test_pictures
