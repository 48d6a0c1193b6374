#include "emotion/threads.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.hpp"
#include "base/thread_setters.hpp"

namespace emotion {
namespace {

std::atomic<int> current_count{0};  // 0: never set, the libraries' own default

std::mutex& setters_mutex() {
    static std::mutex mutex;
    return mutex;
}

std::vector<void (*)(int)>& setters() {
    static std::vector<void (*)(int)> list;
    return list;
}

}  // namespace

bool add_thread_setter(void (*setter)(int count)) {
    std::lock_guard lock(setters_mutex());
    setters().push_back(setter);
    return true;
}

void set_num_threads(int count) {
    require(count >= 1, "set_num_threads: count must be at least 1, got {}", count);
    std::lock_guard lock(setters_mutex());
    for (auto setter : setters()) setter(count);
    current_count = count;
}

int num_threads() {
    int count = current_count;
    if (count > 0) return count;
    unsigned cores = std::thread::hardware_concurrency();
    return cores > 0 ? static_cast<int>(cores) : 1;
}

}  // namespace emotion
