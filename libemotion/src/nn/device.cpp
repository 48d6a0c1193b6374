#include "emotion/device.hpp"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <charconv>

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "base/check.hpp"

namespace emotion {
namespace {

int cuda_device_count() {
    try {
        return at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
    } catch (const c10::Error&) {
        return 0;  // a CUDA build whose driver does not answer
    }
}

/// The N of "cuda:N", or -1.
int cuda_index(const std::string& device) {
    const std::string prefix = "cuda:";
    if (!device.starts_with(prefix) || device.size() == prefix.size()) return -1;
    int index = -1;
    const char* end = device.data() + device.size();
    auto [stop, error] = std::from_chars(device.data() + prefix.size(), end, index);
    return error == std::errc() && stop == end ? index : -1;
}

}  // namespace

const char* to_string(Precision precision) noexcept {
    switch (precision) {
        case Precision::f32:
            return "f32";
        case Precision::bf16:
            return "bf16";
        case Precision::f16:
            return "f16";
        case Precision::fastest:
            return "fastest";
    }
    return "f32";
}

Precision parse_precision(const std::string& text) {
    for (Precision precision : {Precision::f32, Precision::bf16, Precision::f16, Precision::fastest})
        if (text == to_string(precision)) return precision;
    fail(ErrorCode::invalid_argument, "precision must be f32, bf16, f16 or fastest, got '{}'", text);
}

bool cuda_available() {
    return cuda_device_count() > 0;
}

bool cpu_has_bf16() {
#if defined(__x86_64__)
    // Processors with AMX have avx512_bf16 too; the builtin also asks whether the system saves the wide registers.
    return __builtin_cpu_supports("avx512bf16") != 0;
#elif defined(__aarch64__) && defined(__linux__) && defined(HWCAP2_BF16)
    return (getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0;
#else
    return false;
#endif
}

std::string resolve_device(const std::string& device) {
    if (device == "cpu") return device;
    if (device == "auto") return cuda_available() ? "cuda:0" : "cpu";
    const int index = device == "cuda" ? 0 : cuda_index(device);
    if (index < 0) fail(ErrorCode::invalid_argument, "device must be auto, cpu, cuda or cuda:N, got '{}'", device);
    const int count = cuda_device_count();
    if (count == 0)
        fail(ErrorCode::unsupported, "device '{}' was asked for, but {}", device,
             at::detail::getCUDAHooks().hasCUDART() ? "this machine has no CUDA device that works"
                                                    : "this build of LibTorch has no CUDA");
    if (index >= count)
        fail(ErrorCode::unsupported, "device '{}' was asked for, but this machine has {} CUDA device{}", device, count,
             count == 1 ? "" : "s");
    return fmt::format("cuda:{}", index);
}

}  // namespace emotion
