#pragma once

#include <atomic>
#include <opencv2/core.hpp>

namespace emotion {

/// The body of for_rows. By what OpenCV's threads wait for each other is hidden from ThreadSanitizer; `turn_` it sees.
template <class Rows>
class RowLoop : public cv::ParallelLoopBody {
public:
    explicit RowLoop(const Rows& rows) : rows_(rows) {}

    void run(int count) const {
        turn_.fetch_add(1, std::memory_order_release);
        cv::parallel_for_(cv::Range(0, count), *this, cv::getNumThreads());
        turn_.load(std::memory_order_acquire);
    }
    void operator()(const cv::Range& range) const override {
        turn_.load(std::memory_order_acquire);
        rows_(range);
        turn_.fetch_add(1, std::memory_order_release);
    }

private:
    static inline std::atomic<unsigned> turn_{0};
    const Rows& rows_;
};

/// Calls rows(range) for pieces of [0, count): for all at once, or on OpenCV's threads where that is worth it.
template <class Rows>
void for_rows(int count, bool worth_threads, const Rows& rows) {
    if (worth_threads && cv::getNumThreads() > 1)
        RowLoop<Rows>(rows).run(count);
    else
        rows(cv::Range(0, count));
}

}  // namespace emotion
