#pragma once

#include "module.hpp"

namespace emotion::bindings {

/// What a run gives: TrackedFace, FrameResult, TrackSummary, RunSummary.
void bind_emanalysis_results(py::module_& module);

}  // namespace emotion::bindings
