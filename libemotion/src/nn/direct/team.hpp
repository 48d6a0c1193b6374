#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

namespace emotion::nn::direct {

/// Threads that share the loops of one call. The calling thread takes pieces of a loop like the others and never waits
/// for one that has not come: where the processor is busy with something else, it does the work alone. Calls that run
/// at once have teams of their own; teams stay for later calls. A forked process starts without helpers and works.
class Team {
public:
    /// A team of `threads`, the caller included, for as long as it lives.
    explicit Team(int threads);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int threads() const noexcept { return threads_; }

    /// Calls work(begin, end) for pieces of [0, count), each at least `grain`, in any order and in several threads.
    /// Throws what work threw first.
    template <class Work>
    void run(std::int64_t count, std::int64_t grain, const Work& work) const {
        grain = std::max<std::int64_t>(grain, 1);
        if (threads_ == 1 || count <= grain) {
            if (count > 0) work(std::int64_t{0}, count);
            return;
        }
        // Several pieces for each thread, so that a slow one does not keep the others waiting.
        const std::int64_t piece = std::max(grain, (count + threads_ * kPieces - 1) / (threads_ * kPieces));
        share(
            count, piece,
            [](const void* call, std::int64_t begin, std::int64_t end) {
                (*static_cast<const Work*>(call))(begin, end);
            },
            &work);
    }

private:
    using Call = void (*)(const void* work, std::int64_t begin, std::int64_t end);
    struct Crew;

    void share(std::int64_t count, std::int64_t piece, Call call, const void* work) const;

    static constexpr int kPieces = 4;
    int threads_;
    Crew* crew_ = nullptr;  // never freed: at the end of the process its threads may still look at it
};

/// How many of something that costs `cost` multiplications each are worth a thread.
inline std::int64_t worth_a_thread(std::int64_t cost) {
    constexpr std::int64_t kMultiplications = 200'000;
    return std::max<std::int64_t>(1, kMultiplications / std::max<std::int64_t>(cost, 1));
}

}  // namespace emotion::nn::direct
