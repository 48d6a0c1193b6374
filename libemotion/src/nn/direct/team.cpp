#include "nn/direct/team.hpp"

#include <unistd.h>

#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace emotion::nn::direct {
namespace {

inline void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// About 50 microseconds: the time between two loops of one network. Then a thread sleeps until it is called.
constexpr int kSpins = 1500;

}  // namespace

struct Team::Crew {
    std::atomic<std::uint32_t> loop{0};  // counts the loops; helpers sleep on it
    std::atomic<bool> open{false};       // whether helpers may still enter the loop
    std::atomic<int> inside{0};          // helpers in the loop
    std::atomic<int> welcome{0};         // how many helpers the team may use
    std::atomic<std::int64_t> next{0};
    std::int64_t count = 0;
    std::int64_t piece = 1;
    Call call = nullptr;
    const void* work = nullptr;
    std::atomic<bool> failed{false};
    std::exception_ptr error;
    int helpers = 0;
    pid_t process = getpid();

    void take_pieces() {
        for (;;) {
            const std::int64_t begin = next.fetch_add(piece);
            if (begin >= count) return;
            try {
                call(work, begin, std::min(begin + piece, count));
            } catch (...) {
                if (!failed.exchange(true)) error = std::current_exception();
                next.store(count);
            }
        }
    }

    void help(int index) {
        std::uint32_t seen = 0;
        for (;;) {
            for (int i = 0; i < kSpins && loop.load() == seen; ++i) pause();
            loop.wait(seen);
            seen = loop.load();
            if (index >= welcome.load()) continue;
            inside.fetch_add(1);
            // The loop is closed before its owner looks at `inside`: one of the two sees the other.
            if (open.load()) take_pieces();
            if (inside.fetch_sub(1) == 1) inside.notify_one();
        }
    }

    void hire(int wanted) {
        while (helpers < wanted) {
            try {
                std::thread([this, index = helpers] { help(index); }).detach();
            } catch (const std::system_error&) {
                return;  // no more threads to be had: the caller does without
            }
            ++helpers;
        }
    }
};

namespace {

std::mutex& crews_mutex() {
    static std::mutex* mutex = new std::mutex;
    return *mutex;
}

/// Crews without a call. Kept for good: helpers that sleep may outlive static objects.
template <class Crew>
std::vector<Crew*>& idle_crews() {
    static auto* crews = new std::vector<Crew*>;
    return *crews;
}

}  // namespace

Team::Team(int threads) : threads_(std::max(threads, 1)) {
    if (threads_ == 1) return;
    std::lock_guard lock(crews_mutex());
    auto& idle = idle_crews<Crew>();
    // The helpers of a crew from before a fork stayed in the parent process.
    std::erase_if(idle, [](const Crew* crew) { return crew->process != getpid(); });
    if (idle.empty()) {
        crew_ = new Crew;
    } else {
        crew_ = idle.back();
        idle.pop_back();
    }
    crew_->hire(threads_ - 1);
    crew_->welcome.store(threads_ - 1);
}

Team::~Team() {
    if (!crew_) return;
    std::lock_guard lock(crews_mutex());
    idle_crews<Crew>().push_back(crew_);
}

void Team::share(std::int64_t count, std::int64_t piece, Call call, const void* work) const {
    Crew& crew = *crew_;
    crew.count = count;
    crew.piece = piece;
    crew.call = call;
    crew.work = work;
    crew.error = nullptr;
    crew.failed.store(false);
    crew.next.store(0);
    crew.open.store(true);
    crew.loop.fetch_add(1);
    crew.loop.notify_all();
    crew.take_pieces();
    crew.open.store(false);
    for (int i = 0; i < kSpins && crew.inside.load() > 0; ++i) pause();
    for (int helpers = crew.inside.load(); helpers > 0; helpers = crew.inside.load()) crew.inside.wait(helpers);
    if (crew.error) std::rethrow_exception(crew.error);
}

}  // namespace emotion::nn::direct
