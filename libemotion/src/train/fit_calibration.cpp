#include "train/fit_calibration.hpp"

#include <ATen/ATen.h>

#include <Eigen/Dense>

namespace emotion::train {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The regression's data and its prior. Parameters: (k, k + 1), weights and bias side by side.
struct Regression {
    MatrixXd x;        // (n, k + 1): z and a column of ones
    MatrixXd targets;  // (n, k)
    VectorXd sums;     // (n) of the targets
    MatrixXd prior;    // the parameters' mean

    double loss(const MatrixXd& parameters, MatrixXd& probabilities) const;
    MatrixXd gradient(const MatrixXd& parameters, const MatrixXd& probabilities) const;
    MatrixXd hessian(const MatrixXd& probabilities) const;
};

MatrixXd to_matrix(const at::Tensor& values) {
    using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const at::Tensor whole = values.contiguous();
    return Eigen::Map<const Rows>(whole.const_data_ptr<double>(), whole.size(0), whole.size(1));
}

double Regression::loss(const MatrixXd& parameters, MatrixXd& probabilities) const {
    MatrixXd scores = x * parameters.transpose();
    if (scores.rows() > 0) scores.colwise() -= scores.rowwise().maxCoeff().eval();
    probabilities = scores.array().exp();
    const ArrayXd totals = probabilities.rowwise().sum();
    probabilities.array().colwise() /= totals;
    const double entropy = (sums.array() * totals.log()).sum() - (targets.array() * scores.array()).sum();
    return entropy + (parameters - prior).squaredNorm() / 2;
}

MatrixXd Regression::gradient(const MatrixXd& parameters, const MatrixXd& probabilities) const {
    return (sums.asDiagonal() * probabilities - targets).transpose() * x + parameters - prior;
}

/// In the order of the parameters row by row.
MatrixXd Regression::hessian(const MatrixXd& probabilities) const {
    const Index k = targets.cols(), width = k + 1;
    MatrixXd result = MatrixXd::Identity(k * width, k * width);
    for (Index a = 0; a < k; ++a)
        for (Index b = 0; b < k; ++b) {
            const ArrayXd p = probabilities.col(a).array() * ((a == b ? 1.0 : 0.0) - probabilities.col(b).array());
            const VectorXd weight = sums.array() * p;
            result.block(a * width, b * width, width, width) += x.transpose() * weight.asDiagonal() * x;
        }
    return result;
}

MatrixXd fit(const Regression& regression) {
    constexpr int kMostSteps = 100;     // about ten are taken
    constexpr double kSmallest = 1e-9;  // of the loss
    MatrixXd parameters = regression.prior;
    MatrixXd probabilities;
    double loss = regression.loss(parameters, probabilities);
    for (int i = 0; i < kMostSteps; ++i) {
        const MatrixXd gradient = regression.gradient(parameters, probabilities);
        const VectorXd flat = gradient.reshaped<Eigen::RowMajor>();
        const VectorXd solved = regression.hessian(probabilities).ldlt().solve(flat);
        const MatrixXd step = solved.reshaped<Eigen::RowMajor>(parameters.rows(), parameters.cols());
        // Near the end the loss falls by less than its rounding: that step is taken whole, and is the last.
        const bool last = flat.dot(solved) < kSmallest * (1 + loss);
        double share = 1;
        double next = regression.loss(parameters - step, probabilities);
        while (!last && next >= loss && share > 1e-6) {
            share /= 2;
            next = regression.loss(parameters - share * step, probabilities);
        }
        parameters -= share * step;
        loss = next;
        if (last) break;
    }
    return parameters;
}

}  // namespace

Calibration fit_calibration(const at::Tensor& z, const at::Tensor& targets) {
    const Index n = z.size(0), k = z.size(1);
    Regression regression;
    regression.x = MatrixXd::Ones(n, k + 1);
    regression.x.leftCols(k) = to_matrix(z);
    regression.targets = to_matrix(targets);
    regression.sums = regression.targets.rowwise().sum();
    regression.prior = MatrixXd::Identity(k, k + 1);
    const MatrixXd parameters = fit(regression);
    Calibration result;
    for (Index row = 0; row < k; ++row) {
        std::vector<double>& weights = result.weights.emplace_back();
        for (Index column = 0; column < k; ++column) weights.push_back(parameters(row, column));
        result.bias.push_back(parameters(row, k));
    }
    return result;
}

}  // namespace emotion::train
