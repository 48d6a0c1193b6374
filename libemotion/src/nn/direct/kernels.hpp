#pragma once

#include <cstdint>

/// The inner loops of DirectEngine. They are compiled once for each set of processor instructions, so nothing here may
/// use inline functions of other headers: the linker keeps only one copy of those, perhaps the one that the processor
/// at hand cannot run.
///
/// Maps are in memory as rows of pixels of channels (n, h, w, c). Steps between pixels are counted in floats. The
/// channels of a map are padded to whole vectors; the padding may hold anything finite.
namespace emotion::nn::direct {

/// What is done to the sums of a convolution: bias, an optional addition before or after the activation.
struct Finish {
    const float* bias = nullptr;        ///< a float for each channel; null: the sums are stored as they are
    const float* slope = nullptr;       ///< for each channel: 1 no activation, 0 ReLU, else leaky ReLU
    const float* added = nullptr;       ///< first channel of pixel 0 of the row that is added, or null
    std::int64_t added_step = 0;        ///< floats from one of its pixels to the next
    const int* added_pixels = nullptr;  ///< which of its pixels goes with each pixel of the result; null: the same
    bool added_first = true;
};

/// One row of the result of a dense convolution, for one block of output channels.
struct ConvRow {
    const float* const* runs = nullptr;  ///< where each run of contiguous input values of pixel 0 begins
    int run_count = 0;
    int run_length = 0;              ///< floats
    std::int64_t in_step = 0;        ///< floats from the input of one result pixel to that of the next
    const float* weights = nullptr;  ///< [run_count][run_length][vectors * width]
    float* out = nullptr;            ///< first channel of the block, pixel 0
    std::int64_t out_step = 0;
    int pixels = 0;
    int vectors = 1;  ///< of output channels in the block: 1 to 3
    Finish finish;    ///< of the block's channels
};

/// One row of the result of a depthwise convolution.
struct DepthwiseRow {
    const float* const* rows = nullptr;  ///< the `kernel` input rows, at the first tap of pixel 0
    int kernel = 3;
    int stride = 1;
    std::int64_t in_step = 0;        ///< floats from one input pixel to the next
    const float* weights = nullptr;  ///< [kernel][kernel][channels]
    float* out = nullptr;
    std::int64_t out_step = 0;
    int pixels = 0;
    int channels = 0;  ///< a multiple of the vector width
    Finish finish;     ///< bias and slope only
};

/// out = activation(in + added) for a row.
struct AddRow {
    const float* in = nullptr;
    std::int64_t in_step = 0;
    float* out = nullptr;
    std::int64_t out_step = 0;
    int pixels = 0;
    int channels = 0;
    float slope = 1;
    const float* added = nullptr;  ///< or null
    std::int64_t added_step = 0;
    const int* added_pixels = nullptr;
};

/// One row of a maximum over windows; `taps` (kernel x kernel) are already cut at the borders by the caller.
struct MaxRow {
    const float* const* rows = nullptr;  ///< input rows of the window
    int row_count = 0;
    std::int64_t in_step = 0;
    int in_pixels = 0;  ///< pixels of an input row
    int kernel = 2;
    int stride = 2;
    int padding = 0;
    float* out = nullptr;
    std::int64_t out_step = 0;
    int pixels = 0;
    int channels = 0;
};

/// The first transform of a tile of winograd.hpp: 6 x 6 pixels to 36 values for each channel.
struct WinogradIn {
    const float* const* pixels = nullptr;  ///< [36] the first channel of each
    int channels = 0;                      ///< a multiple of the vector width
    float* out = nullptr;                  ///< [36][channels]
    std::int64_t out_step = 0;             ///< floats from one of the 36 to the next
};

/// The last transform: 36 products for each channel to 4 x 4 pixels.
struct WinogradOut {
    const float* in = nullptr;  ///< [36][channels]
    std::int64_t in_step = 0;
    int channels = 0;
    float* const* pixels = nullptr;       ///< [16] the first channel of each
    const float* const* added = nullptr;  ///< [16] what is added to each, or null
    bool added_first = true;
    const float* bias = nullptr;
    const float* slope = nullptr;
};

struct Kernels {
    const char* name;
    int width;  ///< floats in a vector
    void (*conv_row)(const ConvRow& row);
    void (*depthwise_row)(const DepthwiseRow& row);
    void (*add_row)(const AddRow& row);
    void (*max_row)(const MaxRow& row);
    void (*winograd_in)(const WinogradIn& tile);
    void (*winograd_out)(const WinogradOut& tile);
};

const Kernels& generic_kernels();
#if defined(__x86_64__)
const Kernels& avx2_kernels();    ///< needs AVX2 and FMA
const Kernels& avx512_kernels();  ///< needs AVX-512 F
#endif

/// The fastest ones that this processor runs.
const Kernels& best_kernels();

}  // namespace emotion::nn::direct
