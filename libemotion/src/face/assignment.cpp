#include "face/assignment.hpp"

#include <limits>

namespace emotion {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The cheapest columns for all rows of a matrix with no more rows than columns.
class ShortestPaths {
public:
    explicit ShortestPaths(const Eigen::MatrixXd& costs)
        : costs_(costs),
          row_price_(Eigen::VectorXd::Zero(costs.rows())),
          column_price_(Eigen::VectorXd::Zero(costs.cols())),
          row_of_(static_cast<std::size_t>(costs.cols()), -1) {}

    std::vector<int> row_of_columns() {
        for (int row = 0; row < costs_.rows(); ++row) add(row);
        return row_of_;
    }

private:
    /// Grows a tree of shortest paths from `start` until it meets a free column, then shifts the pairs along the path.
    void add(int start) {
        const int columns = static_cast<int>(costs_.cols());
        std::vector<double> distance(row_of_.size(), kInfinity);
        std::vector<int> before(row_of_.size(), -1);  // the column before this one on its path; -1: the start
        std::vector<bool> done(row_of_.size(), false);
        int row = start;
        int column = -1;
        double length = 0;
        while (row >= 0) {
            const int reached = column;
            column = -1;
            for (int j = 0; j < columns; ++j) {
                const auto at = static_cast<std::size_t>(j);
                if (done[at]) continue;
                const double through = length + costs_(row, j) - row_price_(row) - column_price_(j);
                if (through < distance[at]) {
                    distance[at] = through;
                    before[at] = reached;
                }
                if (column < 0 || distance[at] < distance[static_cast<std::size_t>(column)]) column = j;
            }
            length = distance[static_cast<std::size_t>(column)];
            done[static_cast<std::size_t>(column)] = true;
            row = row_of_[static_cast<std::size_t>(column)];
        }
        update_prices(start, column, length, distance, done);
        for (int j = column; j >= 0;) {
            const int previous = before[static_cast<std::size_t>(j)];
            row_of_[static_cast<std::size_t>(j)] = previous < 0 ? start : row_of_[static_cast<std::size_t>(previous)];
            j = previous;
        }
    }

    void update_prices(int start, int last, double length, const std::vector<double>& distance,
                       const std::vector<bool>& done) {
        row_price_(start) += length;
        for (int j = 0; j < costs_.cols(); ++j) {
            const auto at = static_cast<std::size_t>(j);
            if (!done[at] || j == last) continue;
            column_price_(j) -= length - distance[at];
            row_price_(row_of_[at]) += length - distance[at];
        }
    }

    const Eigen::MatrixXd& costs_;
    Eigen::VectorXd row_price_;
    Eigen::VectorXd column_price_;
    std::vector<int> row_of_;
};

}  // namespace

std::vector<int> assign(const Eigen::MatrixXf& costs, float largest_cost) {
    const bool wide = costs.rows() <= costs.cols();
    // A pair above the limit costs more than all allowed pairs together, so it stands for "no pair".
    const double forbidden = (static_cast<double>(largest_cost) + 1) * static_cast<double>(costs.size() + 1);
    Eigen::MatrixXd allowed = costs.cast<double>();
    allowed = (costs.array() <= largest_cost).select(allowed, forbidden);
    if (!wide) allowed.transposeInPlace();

    std::vector<int> columns(static_cast<std::size_t>(costs.rows()), -1);
    const std::vector<int> row_of = ShortestPaths(allowed).row_of_columns();
    for (std::size_t j = 0; j < row_of.size(); ++j) {
        if (row_of[j] < 0) continue;
        const int row = wide ? row_of[j] : static_cast<int>(j);
        const int column = wide ? static_cast<int>(j) : row_of[j];
        if (costs(row, column) <= largest_cost) columns[static_cast<std::size_t>(row)] = column;
    }
    return columns;
}

}  // namespace emotion
