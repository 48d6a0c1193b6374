#pragma once

#include <string>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// Arithmetic of a network's inference form.
enum class Precision {
    f32,      ///< 32-bit floats
    bf16,     ///< bfloat16 weights and activations; emulated, and slow, on processors without it
    f16,      ///< half precision; CUDA only
    fastest,  ///< f16 on CUDA; bf16 on a processor with native bfloat16; else f32
};

const char* to_string(Precision precision) noexcept;
/// From "f32", "bf16", "f16" or "fastest". Throws Error{invalid_argument} naming what came.
Precision parse_precision(const std::string& text);

/// Whether a CUDA device can be used by this build on this machine.
bool cuda_available();
/// Whether the processor computes bfloat16 natively (avx512_bf16 or AMX).
bool cpu_has_bf16();

/// Checks and resolves a device name: "auto" gives "cuda:0" where there is one, else "cpu"; "cpu"; "cuda"; "cuda:N".
/// Throws Error{unsupported} for CUDA where there is none, Error{invalid_argument} for another name.
std::string resolve_device(const std::string& device);

}  // namespace EMOTION_PUBLIC
