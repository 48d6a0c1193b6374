#pragma once

#include <cstddef>

namespace emotion {

/// Shifts and scales all values to mean 0 and standard deviation 1 (the deviation taken as at least 1e-3).
/// values: `rows` rows of `row_values` floats, `row_floats` floats from one row to the next.
void normalize_per_image(float* values, std::ptrdiff_t rows, std::ptrdiff_t row_values, std::ptrdiff_t row_floats);

}  // namespace emotion
