#pragma once

#include <exception>

#include "emotion/train_progress.hpp"
#include "options.hpp"

namespace emotion::bindings {

/// Runs a trainer with the GIL released; `callback` is a Python function or None. What the callback raises, and Ctrl+C,
/// stop the run as the trainer allows (its checkpoint stays whole) and are raised afterwards.
template <typename Options>
TrainReport run_trainer(TrainReport (*train)(const Options&, const TrainCallback&), const Options& options,
                        const py::object& callback) {
    std::exception_ptr raised;
    const TrainCallback forward = [&](const TrainProgress& progress) {
        py::gil_scoped_acquire acquire;
        try {
            if (PyErr_CheckSignals() != 0) throw py::error_already_set();
            if (callback.is_none()) return true;
            const py::object answer = callback(progress);
            return answer.is_none() || answer.cast<bool>();
        } catch (...) {
            raised = std::current_exception();
            return false;
        }
    };
    TrainReport report = released([&] { return train(options, forward); });
    if (raised) std::rethrow_exception(raised);
    return report;
}

}  // namespace emotion::bindings
