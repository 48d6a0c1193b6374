#include "nn/direct/kernels.hpp"

#include <cmath>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace emotion::nn::direct;

namespace {

std::vector<const Kernels*> runnable_kernels() {
    std::vector<const Kernels*> result{&generic_kernels()};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) result.push_back(&avx2_kernels());
    if (__builtin_cpu_supports("avx512f")) result.push_back(&avx512_kernels());
#endif
    return result;
}

std::vector<float> random_floats(std::size_t count) {
    static std::mt19937 generator(5);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) value = normal(generator);
    return values;
}

float activate(float x, float slope) {
    return x > 0 ? x : x * slope;
}

}  // namespace

TEST_CASE("Rows of dense convolutions of every width are the plain sums, before and after an addition") {
    for (const Kernels* kernels : runnable_kernels())
        for (int vectors : {1, 2, 3})
            for (int pixels = 1; pixels <= 29; ++pixels) {
                const int block = vectors * kernels->width;
                const int length = 7;
                const int step = 5;
                const std::vector<float> in = random_floats(static_cast<std::size_t>(2 * (pixels * step + length)));
                const std::vector<float> weights = random_floats(static_cast<std::size_t>(2 * length * block));
                const std::vector<float> bias = random_floats(static_cast<std::size_t>(block));
                const std::vector<float> slope(static_cast<std::size_t>(block), 0.1f);
                const std::vector<float> added = random_floats(static_cast<std::size_t>(pixels * block));
                std::vector<int> half(static_cast<std::size_t>(pixels));
                for (int p = 0; p < pixels; ++p) half[static_cast<std::size_t>(p)] = p / 2;
                const float* runs[2] = {in.data(), in.data() + pixels * step + length};
                for (int way = 0; way < 4; ++way) {
                    std::vector<float> out(static_cast<std::size_t>(pixels * block));
                    ConvRow row;
                    row.runs = runs;
                    row.run_count = 2;
                    row.run_length = length;
                    row.in_step = step;
                    row.weights = weights.data();
                    row.out = out.data();
                    row.out_step = block;
                    row.pixels = pixels;
                    row.vectors = vectors;
                    row.finish = {bias.data(),
                                  slope.data(),
                                  way > 0 ? added.data() : nullptr,
                                  block,
                                  way == 3 ? half.data() : nullptr,
                                  way == 1};
                    kernels->conv_row(row);
                    double worst = 0;
                    for (int p = 0; p < pixels; ++p)
                        for (int c = 0; c < block; ++c) {
                            double sum = bias[static_cast<std::size_t>(c)];
                            for (int r = 0; r < 2; ++r)
                                for (int k = 0; k < length; ++k)
                                    sum += static_cast<double>(runs[r][p * step + k]) *
                                           weights[static_cast<std::size_t>((r * length + k) * block + c)];
                            const int source = way == 3 ? p / 2 : p;
                            const float other = way > 0 ? added[static_cast<std::size_t>(source * block + c)] : 0;
                            const float result = way == 1 ? activate(static_cast<float>(sum) + other, 0.1f)
                                                          : activate(static_cast<float>(sum), 0.1f) + other;
                            worst = std::max<double>(worst,
                                                     std::abs(result - out[static_cast<std::size_t>(p * block + c)]));
                        }
                    INFO(kernels->name << ", " << pixels << " pixels, way " << way);
                    CHECK(worst < 1e-5);
                }
            }
}

TEST_CASE("Rows of depthwise convolutions are the plain sums for kernels and strides of every kind") {
    for (const Kernels* kernels : runnable_kernels())
        for (int kernel : {1, 3, 5})
            for (int stride : {1, 2, 3})
                for (int pixels : {1, 2, 3, 4, 5, 11}) {
                    const int channels = 2 * kernels->width;
                    const int in_pixels = (pixels - 1) * stride + kernel;
                    const std::vector<float> in =
                        random_floats(static_cast<std::size_t>(kernel * in_pixels * channels));
                    const std::vector<float> weights =
                        random_floats(static_cast<std::size_t>(kernel * kernel * channels));
                    const std::vector<float> bias = random_floats(static_cast<std::size_t>(channels));
                    const std::vector<float> slope(static_cast<std::size_t>(channels), 0.0f);
                    std::vector<float> out(static_cast<std::size_t>(pixels * channels));
                    std::vector<const float*> rows;
                    for (int y = 0; y < kernel; ++y) rows.push_back(in.data() + y * in_pixels * channels);
                    DepthwiseRow row;
                    row.rows = rows.data();
                    row.kernel = kernel;
                    row.stride = stride;
                    row.in_step = channels;
                    row.weights = weights.data();
                    row.out = out.data();
                    row.out_step = channels;
                    row.pixels = pixels;
                    row.channels = channels;
                    row.finish.bias = bias.data();
                    row.finish.slope = slope.data();
                    kernels->depthwise_row(row);
                    double worst = 0;
                    for (int p = 0; p < pixels; ++p)
                        for (int c = 0; c < channels; ++c) {
                            double sum = bias[static_cast<std::size_t>(c)];
                            for (int y = 0; y < kernel; ++y)
                                for (int x = 0; x < kernel; ++x)
                                    sum += static_cast<double>(
                                               rows[static_cast<std::size_t>(y)][(p * stride + x) * channels + c]) *
                                           weights[static_cast<std::size_t>((y * kernel + x) * channels + c)];
                            worst = std::max<double>(
                                worst, std::abs(std::max(sum, 0.0) - out[static_cast<std::size_t>(p * channels + c)]));
                        }
                    INFO(kernels->name << ", kernel " << kernel << ", stride " << stride << ", " << pixels);
                    CHECK(worst < 1e-5);
                }
}

TEST_CASE("A maximum's window is cut at the border, whatever the values") {
    for (const Kernels* kernels : runnable_kernels()) {
        const int channels = kernels->width;
        std::vector<float> in(static_cast<std::size_t>(3 * channels));
        for (int p = 0; p < 3; ++p)
            for (int c = 0; c < channels; ++c)
                in[static_cast<std::size_t>(p * channels + c)] = -1.0f - static_cast<float>(p);
        const float* rows[1] = {in.data()};
        std::vector<float> out(static_cast<std::size_t>(2 * channels));
        kernels->max_row({rows, 1, channels, 3, 3, 2, 1, out.data(), channels, 2, channels});
        CHECK(out[0] == -1);
        CHECK(out[static_cast<std::size_t>(channels)] == -2);
    }
}
