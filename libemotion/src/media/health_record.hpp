#pragma once

#include <mutex>
#include <string>

#include "emotion/video_source.hpp"
#include "emotion/video_url.hpp"

namespace emotion {

/// SourceHealth as it is written by the threads of a source and read by any other.
class HealthRecord {
public:
    SourceHealth get() const {
        std::lock_guard lock(mutex_);
        return health_;
    }
    /// Changes it: change(health) under the lock.
    template <class Change>
    void change(Change&& change) {
        std::lock_guard lock(mutex_);
        change(health_);
    }
    void error(const std::string& text) {
        change([&](SourceHealth& health) { health.last_error = without_password(text); });
    }

private:
    mutable std::mutex mutex_;
    SourceHealth health_;
};

}  // namespace emotion
