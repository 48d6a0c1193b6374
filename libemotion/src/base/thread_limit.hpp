#pragma once

namespace emotion {

/// While it lives, one call of a network in this thread uses at most `most` threads: for a caller that makes several
/// such calls at once. The innermost one counts.
class ThreadLimit {
public:
    explicit ThreadLimit(int most);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

    /// `count`, or the limit of this thread where that is less.
    static int applied_to(int count);

private:
    int before_;
};

}  // namespace emotion
