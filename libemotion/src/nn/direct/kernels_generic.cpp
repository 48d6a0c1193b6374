// For any processor: vectors of four floats, which every compiler target of ours has or imitates.
#define EMOTION_WIDTH 4
#define EMOTION_PIXELS 6
#include "nn/direct/kernels_body.hpp"

EMOTION_KERNELS(generic_kernels, "generic")

const emotion::nn::direct::Kernels& emotion::nn::direct::best_kernels() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return avx512_kernels();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2_kernels();
#endif
    return generic_kernels();
}
