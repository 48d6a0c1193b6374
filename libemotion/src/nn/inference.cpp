#include "nn/inference.hpp"

#include <ATen/Parallel.h>

#include <atomic>

#include "base/thread_setters.hpp"

namespace emotion::nn {
namespace {

std::atomic<int> wanted_threads{0};  // 0: LibTorch's own default

void set_torch_threads(int count) {
    wanted_threads = count;
    at::set_num_threads(count);
}

const bool registered = add_thread_setter(set_torch_threads);

}  // namespace

InferenceGuard::InferenceGuard() {
    thread_local int applied = 0;
    const int wanted = wanted_threads.load(std::memory_order_relaxed);
    if (registered && applied != wanted) {
        at::init_num_threads();
        applied = wanted;
    }
}

std::string first_line(const c10::Error& error) {
    std::string text = error.what_without_backtrace();
    return text.substr(0, text.find('\n'));
}

}  // namespace emotion::nn
