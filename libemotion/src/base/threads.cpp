#include "emotion/threads.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.hpp"
#include "base/thread_limit.hpp"
#include "base/thread_setters.hpp"

namespace emotion {
namespace {

std::atomic<int> current_count{0};  // 0: never set, the libraries' own default

constexpr int kNoLimit = std::numeric_limits<int>::max();
thread_local int limit_here = kNoLimit;

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

ThreadLimit::ThreadLimit(int most) : before_(limit_here) {
    limit_here = most;
}
ThreadLimit::~ThreadLimit() {
    limit_here = before_;
}
int ThreadLimit::applied_to(int count) {
    return std::min(count, limit_here);
}

int num_threads() {
    int count = current_count;
    if (count > 0) return count;
    unsigned cores = std::thread::hardware_concurrency();
    return cores > 0 ? static_cast<int>(cores) : 1;
}

}  // namespace emotion
