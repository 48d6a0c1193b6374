#include "face/assignment.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "support/catch.hpp"

using namespace emotion;

namespace {

struct Total {
    int pairs = 0;
    double cost = 0;
};

Total total(const Eigen::MatrixXf& costs, const std::vector<int>& column) {
    Total sum;
    for (std::size_t i = 0; i < column.size(); ++i)
        if (column[i] >= 0) {
            ++sum.pairs;
            sum.cost += costs(static_cast<Eigen::Index>(i), column[i]);
        }
    return sum;
}

/// Tries every order of the columns.
Total best_of_all(const Eigen::MatrixXf& costs, float largest_cost) {
    const int side = static_cast<int>(std::max(costs.rows(), costs.cols()));
    std::vector<int> order(static_cast<std::size_t>(side));
    std::iota(order.begin(), order.end(), 0);
    Total best;
    do {
        std::vector<int> column(static_cast<std::size_t>(costs.rows()), -1);
        for (std::size_t i = 0; i < column.size(); ++i)
            if (order[i] < costs.cols() && costs(static_cast<Eigen::Index>(i), order[i]) <= largest_cost)
                column[i] = order[i];
        const Total sum = total(costs, column);
        if (sum.pairs > best.pairs || (sum.pairs == best.pairs && sum.cost < best.cost)) best = sum;
    } while (std::next_permutation(order.begin(), order.end()));
    return best;
}

}  // namespace

TEST_CASE("The assignment is the best of all, of any shape and with pairs that are not allowed") {
    std::mt19937 random(1);
    std::uniform_real_distribution<float> cost(0, 1);
    for (int rows : {1, 2, 3, 5, 6})
        for (int columns : {1, 2, 4, 6})
            for (float largest : {0.2f, 0.5f, 1.0f}) {
                Eigen::MatrixXf costs(rows, columns);
                for (Eigen::Index i = 0; i < costs.size(); ++i) costs.data()[i] = cost(random);
                INFO(rows << " x " << columns << ", at most " << largest);
                const std::vector<int> column = assign(costs, largest);
                const Total best = best_of_all(costs, largest);
                CHECK(total(costs, column).pairs == best.pairs);
                CHECK(total(costs, column).cost == Approx(best.cost).margin(1e-4));
                for (std::size_t i = 0; i < column.size(); ++i)
                    if (column[i] >= 0) {
                        CHECK(costs(static_cast<Eigen::Index>(i), column[i]) <= largest);
                        CHECK(std::count(column.begin(), column.end(), column[i]) == 1);
                    }
            }
}

TEST_CASE("A cheap pair gives way where two pairs are possible") {
    Eigen::MatrixXf costs(2, 2);
    costs << 0.0f, 0.4f, 0.4f, 1.0f;
    CHECK(assign(costs, 0.5f) == std::vector<int>{1, 0});
    CHECK(assign(costs, 0.3f) == std::vector<int>{0, -1});
}

TEST_CASE("Nothing to assign") {
    CHECK(assign(Eigen::MatrixXf(0, 3), 1).empty());
    CHECK(assign(Eigen::MatrixXf(2, 0), 1) == std::vector<int>{-1, -1});
}
