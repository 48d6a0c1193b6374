#pragma once

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

#include <string>

#include "base/check.hpp"

namespace emotion::nn {

/// While it lives, this thread records nothing for gradients, skips LibTorch's bookkeeping for them, and uses the
/// number of threads of set_num_threads (LibTorch keeps that number for each thread apart).
/// Results are ordinary tensors, unlike those of c10::InferenceMode, which may not be changed in place afterwards.
class InferenceGuard {
public:
    InferenceGuard();

private:
    at::NoGradGuard no_grad_;
    at::AutoDispatchBelowADInplaceOrView below_autograd_;
};

/// What LibTorch says, without its stack of C++ frames.
std::string first_line(const c10::Error& error);

/// Runs `work` and turns LibTorch's errors into Error{runtime} that begins with `who`.
template <class Work>
auto with_torch_errors(const char* who, Work&& work) {
    try {
        return work();
    } catch (const c10::Error& error) {
        fail(ErrorCode::runtime, "{}: {}", who, first_line(error));
    } catch (const std::bad_alloc&) {
        fail(ErrorCode::runtime, "{}: out of memory", who);
    }
}

}  // namespace emotion::nn
