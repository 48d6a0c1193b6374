#pragma once

#include <Eigen/Core>
#include <vector>

namespace emotion {

/// The pairs of rows and columns with the least sum of costs, each row and column in one pair at most, none with a
/// cost above `largest_cost`: for each row its column, or -1. Costs are finite, at least 0; any shape, 0 x n too.
/// Of two solutions with the same number of pairs the cheaper is taken; a pair is never left out to lower the sum.
/// Kuhn 1955 in the shortest augmenting path form of Jonker and Volgenant 1987: O(n^2 m).
std::vector<int> assign(const Eigen::MatrixXf& costs, float largest_cost);

}  // namespace emotion
