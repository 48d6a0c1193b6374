// Compiled with AVX-512 F, whatever the rest of the library is compiled for.
#define EMOTION_WIDTH 16
#define EMOTION_PIXELS 12
#include "nn/direct/kernels_body.hpp"

EMOTION_KERNELS(avx512_kernels, "avx512")
