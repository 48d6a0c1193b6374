#pragma once

// Loops over bytes and floats gain a factor of two from AVX2, which not every x86 processor has: a function whose body
// is EMOTION_INLINE and which is compiled a second time behind EMOTION_AVX2 is chosen once, when the program runs.
// Fused multiply-add stays off, so that every machine gives the same numbers.

#define EMOTION_INLINE inline __attribute__((always_inline))
#if defined(__x86_64__)
#define EMOTION_AVX2 __attribute__((target("avx2")))
#endif

namespace emotion {

/// Four floats that the compiler keeps in one register: a colour pixel with one lane to spare.
using Lanes [[gnu::vector_size(16)]] = float;

#if defined(EMOTION_AVX2)
inline bool has_avx2() noexcept {
    static const bool has = __builtin_cpu_supports("avx2") != 0;
    return has;
}
#endif

}  // namespace emotion
