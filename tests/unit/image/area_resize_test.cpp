#include "image/area_resize.hpp"

#include <algorithm>

#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;

namespace {

/// The mean over the exact area of one target pixel, by the definition, pixel by pixel.
double area_mean(const ImageView& image, int height, int width, int y, int x, int channel) {
    double top = static_cast<double>(y) * image.height / height,
           bottom = top + static_cast<double>(image.height) / height;
    double left = static_cast<double>(x) * image.width / width, right = left + static_cast<double>(image.width) / width;
    double sum = 0;
    for (int row = 0; row < image.height; ++row) {
        double h = std::min(bottom, row + 1.0) - std::max(top, static_cast<double>(row));
        for (int column = 0; h > 0 && column < image.width; ++column) {
            double w = std::min(right, column + 1.0) - std::max(left, static_cast<double>(column));
            if (w > 0) sum += h * w * image.row(row)[column * channels(image.format) + channel];
        }
    }
    return sum / ((bottom - top) * (right - left));
}

}  // namespace

TEST_CASE("the shares of every target position sum to 1 and cover each source position evenly") {
    for (auto [source, target] : {std::array{1, 1}, {7, 7}, {7, 3}, {640, 432}, {1000, 1}, {1281, 1280}, {90, 30}}) {
        AreaAxis axis(source, target);
        REQUIRE(axis.spans.size() == static_cast<std::size_t>(target));
        std::vector<double> seen(static_cast<std::size_t>(source));
        for (const AreaAxis::Span& span : axis.spans) {
            REQUIRE(span.first >= 0);
            REQUIRE(span.first + span.count <= source);
            double sum = 0;
            for (int i = 0; i < span.count; ++i) {
                float share = axis.shares[span.shares + static_cast<std::size_t>(i)];
                REQUIRE(share > 0);
                sum += share;
                seen[static_cast<std::size_t>(span.first + i)] += share;
            }
            REQUIRE(sum == Approx(1));
        }
        for (double share : seen) REQUIRE(share == Approx(static_cast<double>(target) / source));
    }
}

TEST_CASE("area averaging is the mean over the exact area, for all formats, parts and factors") {
    for (PixelFormat format : {PixelFormat::bgr8, PixelFormat::gray8}) {
        Image large = noise(45, 75, format, 5);
        ImageView image = large.view().part(3, 2, 71, 41);
        int count = channels(format);
        for (auto [h, w] : {std::array{41, 71}, {40, 70}, {41, 20}, {13, 71}, {20, 35}, {7, 9}, {1, 1}}) {
            std::vector<int> seen(static_cast<std::size_t>(h));
            area_resize(image, h, w, [&, h = h, w = w](int y, const float* pixels) {
                ++seen[static_cast<std::size_t>(y)];
                for (int i = 0; i < w * count; ++i) {
                    REQUIRE(pixels[i] == Approx(area_mean(image, h, w, y, i / count, i % count)).margin(1e-3));
                }
            });
            CHECK(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
        }
    }
}

TEST_CASE("the largest value stays the largest") {
    Image white(300, 300, PixelFormat::rgb8);
    std::fill(white.data(), white.data() + 300 * 300 * 3, std::uint8_t{255});
    Image small = resize(white, 37, 41);
    CHECK(std::all_of(small.data(), small.data() + 37 * 41 * 3, [](std::uint8_t value) { return value == 255; }));
}
