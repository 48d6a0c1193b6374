#pragma once

#include "emotion/timeline.hpp"
#include "guarded.hpp"

namespace emotion::bindings {

/// How Python holds a Timeline.
using GuardedTimeline = Guarded<Timeline>;

}  // namespace emotion::bindings
