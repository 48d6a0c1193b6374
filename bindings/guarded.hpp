#pragma once

#include <mutex>
#include <utility>

#include "options.hpp"

namespace emotion::bindings {

/// An object that one thread at a time may use, for Python: every use releases the GIL and takes its turn.
template <typename Value>
class Guarded {
public:
    template <typename... Args>
    explicit Guarded(Args&&... args) : value_(std::forward<Args>(args)...) {}

    /// call(value), with the GIL released and the object to itself.
    template <typename Call>
    auto use(Call&& call) {
        py::gil_scoped_release release;
        const std::lock_guard lock(mutex_);
        return call(value_);
    }

private:
    std::mutex mutex_;
    Value value_;
};

/// Makes one with the GIL released, which its destructor does too.
template <typename Value, typename... Args>
std::shared_ptr<Guarded<Value>> make_guarded(Args&&... args) {
    py::gil_scoped_release release;
    return std::shared_ptr<Guarded<Value>>(new Guarded<Value>(std::forward<Args>(args)...),
                                           ReleasingDelete<Guarded<Value>>{});
}

}  // namespace emotion::bindings
