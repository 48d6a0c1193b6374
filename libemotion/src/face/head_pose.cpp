#include "emotion/head_pose.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.hpp"

namespace emotion {
namespace {

using Points2 = Eigen::Matrix<double, 2, 5>;
using Points3 = Eigen::Matrix<double, 3, 5>;

constexpr double kDegrees = 180 / std::numbers::pi;
constexpr double kFlattest = 1e-3;  // smallest share of the points' second direction in the first that is no line

/// The mean face that looks into the camera: x to the right, y down, z away from the camera; the eyes are 1 apart.
/// Its z and the angle to the eyes' and mouth's plane (13.4 degrees) make the frontal median of the 720 faces: nose
/// at 0.56, mouth corners at 0.43 beside and 0.99 below the middle of the eyes.
Points3 mean_face() {
    Points3 face;
    face << -0.500, 0.500, 0.000, -0.424, 0.424,  //
        0.000, 0.000, 0.558, 0.986, 0.986,        //
        0.000, 0.000, -0.315, 0.235, 0.235;
    return face.colwise() - face.rowwise().mean();
}

Points2 centred(const Landmarks& landmarks) {
    Points2 points;
    for (std::size_t i = 0; i < landmarks.size(); ++i) {
        require(std::isfinite(landmarks[i].x) && std::isfinite(landmarks[i].y),
                "estimate_head_pose: landmarks must be finite, got ({}, {})", landmarks[i].x, landmarks[i].y);
        points.col(static_cast<Eigen::Index>(i)) << landmarks[i].x, landmarks[i].y;
    }
    return points.colwise() - points.rowwise().mean();
}

HeadPose to_angles(const Eigen::Matrix3d& camera_from_face) {
    const Eigen::Vector3d look = -camera_from_face.col(2);
    const double yaw = std::atan2(look.x(), -look.z());
    const double pitch = std::asin(std::clamp(-look.y(), -1.0, 1.0));
    // What is left when the head has looked back to the front is its roll.
    const Eigen::Matrix3d turned =
        (Eigen::AngleAxisd(-yaw, Eigen::Vector3d::UnitY()) * Eigen::AngleAxisd(-pitch, Eigen::Vector3d::UnitX()))
            .toRotationMatrix();
    const Eigen::Vector3d across = turned.transpose() * camera_from_face.col(0);
    const double roll = std::atan2(across.y(), across.x());
    return {static_cast<float>(yaw * kDegrees), static_cast<float>(pitch * kDegrees),
            static_cast<float>(roll * kDegrees)};
}

}  // namespace

void FrontOptions::validate() const {
    require(max_yaw_deg >= 0 && max_yaw_deg <= 180, "FrontOptions: max_yaw_deg must be in [0, 180], got {}",
            max_yaw_deg);
    require(max_pitch_deg >= 0 && max_pitch_deg <= 90, "FrontOptions: max_pitch_deg must be in [0, 90], got {}",
            max_pitch_deg);
}

std::optional<HeadPose> estimate_head_pose(const Landmarks& landmarks) {
    const Points2 points = centred(landmarks);
    const Eigen::Vector2d spread = points.jacobiSvd().singularValues();
    if (!(spread(1) > kFlattest * spread(0))) return std::nullopt;

    static const Points3 face = mean_face();
    static const Eigen::Matrix<double, 5, 3> inverse = face.completeOrthogonalDecomposition().pseudoInverse();
    const Eigen::Matrix<double, 2, 3> projection = points * inverse;
    // The nearest two orthonormal rows; the third follows.
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(projection, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::Matrix<double, 2, 3> rows = svd.matrixU() * svd.matrixV().transpose();
    Eigen::Matrix3d rotation;
    rotation.topRows<2>() = rows;
    rotation.row(2) = rows.row(0).cross(rows.row(1));
    return to_angles(rotation);
}

bool looks_to_front(const HeadPose& pose, const FrontOptions& options) noexcept {
    return std::abs(pose.yaw_deg) <= options.max_yaw_deg && std::abs(pose.pitch_deg) <= options.max_pitch_deg;
}

}  // namespace emotion
