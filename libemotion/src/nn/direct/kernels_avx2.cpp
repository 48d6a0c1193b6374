// Compiled with AVX2 and FMA, whatever the rest of the library is compiled for.
#define EMOTION_WIDTH 8
#define EMOTION_PIXELS 6
#include "nn/direct/kernels_body.hpp"

EMOTION_KERNELS(avx2_kernels, "avx2")
