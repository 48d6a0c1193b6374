#include "image/sampling.hpp"

#include <cmath>
#include <vector>

#include "emotion/threads.hpp"
#include "image/normalize.hpp"
#include "pictures.hpp"
#include "support/catch.hpp"

using namespace emotion;

namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::rgb8, PixelFormat::bgr8, PixelFormat::gray8};

PixelTransform transform_to(PixelFormat format) {
    return {format, {104, 117.5f, 123.25f}, {1 / 58.395f, 1 / 57.12f, 0.5f}};
}

/// resize_into by its words: resize, convert, normalise, one after the other.
std::vector<float> step_by_step(const ImageView& image, int height, int width, const PixelTransform& transform) {
    Image pixels = convert(resize(image, height, width), transform.format);
    auto count = static_cast<std::size_t>(channels(transform.format));
    std::vector<float> values;
    for (std::size_t i = 0; i < static_cast<std::size_t>(height) * static_cast<std::size_t>(width) * count; ++i) {
        values.push_back((static_cast<float>(pixels.data()[i]) - transform.mean[i % count]) *
                         transform.scale[i % count]);
    }
    return values;
}

/// In levels of the picture, whatever the scale.
double largest_error(const std::vector<float>& a, const std::vector<float>& b, const PixelTransform& transform) {
    auto count = static_cast<std::size_t>(channels(transform.format));
    double largest = a.size() == b.size() ? 0 : 1e9;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        double difference =
            static_cast<double>(std::abs(a[i] - b[i])) / static_cast<double>(transform.scale[i % count]);
        largest = std::max(largest, difference);
    }
    return largest;
}

}  // namespace

TEST_CASE("one pass gives what the steps give, from every format to every format") {
    for (PixelFormat from : kFormats) {
        Image large = noise(50, 77, from);
        ImageView image = large.view().part(5, 4, 67, 43);
        for (PixelFormat to : kFormats) {
            PixelTransform transform = transform_to(to);
            for (auto [h, w] : {std::array{43, 67}, {30, 50}, {86, 134}, {43, 30}, {90, 20}, {1, 1}, {21, 33}}) {
                INFO(to_string(from) << " to " << to_string(to) << ", " << h << " x " << w);
                std::vector<float> out(static_cast<std::size_t>(h * w * channels(to)));
                resize_into(image, h, w, transform, out.data(), w * channels(to));
                bool same_size = h == 43 && w == 67;
                // Without a resize the pixels are whole numbers: exact. With one the pass rounds later than the steps.
                CHECK(largest_error(out, step_by_step(image, h, w, transform), transform) <= (same_size ? 1e-4 : 1.01));
            }
        }
    }
}

TEST_CASE("what lies beyond the width of a row, and behind the last row, is left alone") {
    Image image = noise(20, 30, PixelFormat::rgb8);
    for (PixelFormat to : kFormats) {
        for (auto [h, w] : {std::array{20, 30}, {15, 22}, {10, 15}, {25, 40}}) {
            std::ptrdiff_t row_values = w * channels(to), row_floats = row_values + 7;
            std::vector<float> out(static_cast<std::size_t>(row_floats * h + 5), -1e9f);
            PixelTransform transform = transform_to(to);
            transform.per_image = h == 15;
            resize_into(image, h, w, transform, out.data(), row_floats);
            for (std::ptrdiff_t i = 0; i < static_cast<std::ptrdiff_t>(out.size()); ++i) {
                bool inside = i < row_floats * h && i % row_floats < row_values;
                REQUIRE((out[static_cast<std::size_t>(i)] != -1e9f) == inside);
            }
        }
    }
}

TEST_CASE("rows one at a time are those of the whole picture") {
    for (PixelFormat from : kFormats) {
        const Image image = noise(21, 130, from);
        for (PixelFormat to : kFormats) {
            const std::ptrdiff_t row_values = 130 * channels(to);
            std::vector<float> whole(static_cast<std::size_t>(21 * row_values)), rows(whole.size());
            resize_into(image, 21, 130, transform_to(to), whole.data(), row_values);
            const RowTransform transform(transform_to(to));
            for (int y = 20; y >= 0; --y) transform.write(image, y, rows.data() + y * row_values);
            CHECK(rows == whole);
        }
    }
    PixelTransform per_image = transform_to(PixelFormat::rgb8);
    per_image.per_image = true;
    CHECK_THROWS_AS(RowTransform(per_image), Error);
}

TEST_CASE("the number of threads does not change the numbers") {
    Image image = noise(500, 700, PixelFormat::bgr8);
    for (PixelFormat to : kFormats) {
        for (auto [h, w] : {std::array{500, 700}, {333, 444}}) {
            std::vector<float> one(static_cast<std::size_t>(h * w * channels(to))), three(one.size());
            set_num_threads(1);
            resize_into(image, h, w, transform_to(to), one.data(), w * channels(to));
            set_num_threads(3);
            resize_into(image, h, w, transform_to(to), three.data(), w * channels(to));
            set_num_threads(1);
            CHECK(one == three);
        }
    }
}

TEST_CASE("per image: mean 0 and deviation 1, and a plain picture stays finite") {
    PixelTransform transform = transform_to(PixelFormat::rgb8);
    transform.per_image = true;
    std::vector<float> out(48 * 48 * 3);
    resize_into(hills(100, 90, PixelFormat::bgr8), 48, 48, transform, out.data(), 48 * 3);
    double sum = 0, squares = 0;
    for (float value : out) sum += value, squares += static_cast<double>(value) * value;
    CHECK(sum / static_cast<double>(out.size()) == Approx(0).margin(1e-5));
    CHECK(squares / static_cast<double>(out.size()) == Approx(1).epsilon(1e-4));
    resize_into(Image(30, 30, PixelFormat::bgr8), 48, 48, transform_to(PixelFormat::gray8), out.data(), 48);
    transform.mean = {}, transform.scale = {1, 1, 1};
    resize_into(Image(30, 30, PixelFormat::bgr8), 48, 48, transform, out.data(), 48 * 3);
    CHECK(std::all_of(out.begin(), out.end(), [](float value) { return value == 0; }));
    std::vector<float> nearly{1.0f, 1.0001f};
    normalize_per_image(nearly.data(), 1, 2, 2);  // its deviation of 5e-5 counts as 1e-3
    CHECK(nearly[1] == Approx(0.05).epsilon(1e-2));
}

TEST_CASE("resize_into refuses sizes and strides that hold nothing") {
    Image image = noise(4, 4, PixelFormat::rgb8);
    std::vector<float> out(100);
    error_message(ErrorCode::invalid_argument, [&] { resize_into(image, 0, 4, {}, out.data(), 12); });
    error_message(ErrorCode::invalid_argument, [&] { resize_into(ImageView{}, 4, 4, {}, out.data(), 12); });
    CHECK(error_message(ErrorCode::invalid_argument, [&] { resize_into(image, 4, 4, {}, out.data(), 11); }) ==
          "resize_into: row_floats must be at least 12, got 11");
}
