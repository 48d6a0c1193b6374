#pragma once

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// Sets how many threads one call may use, for LibTorch and OpenCV together.
/// count: at least 1. Throws Error{invalid_argument} otherwise. Applies to calls that begin afterwards, in any thread.
void set_num_threads(int count);

/// The number of threads that one call may use.
int num_threads();

}  // namespace EMOTION_PUBLIC
