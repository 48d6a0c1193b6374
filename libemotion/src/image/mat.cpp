#include "image/mat.hpp"

#include <opencv2/imgproc.hpp>

namespace emotion {

int color_conversion(PixelFormat from, PixelFormat to) noexcept {
    if (from == PixelFormat::gray8) return cv::COLOR_GRAY2BGR;
    if (to == PixelFormat::gray8) return from == PixelFormat::rgb8 ? cv::COLOR_RGB2GRAY : cv::COLOR_BGR2GRAY;
    return cv::COLOR_RGB2BGR;
}

void resize_mat(const cv::Mat& source, cv::Mat& target) {
    bool shrinks_x = target.cols < source.cols, shrinks_y = target.rows < source.rows;
    bool grows_x = target.cols > source.cols, grows_y = target.rows > source.rows;
    if (!shrinks_x && !shrinks_y && !grows_x && !grows_y) {
        source.copyTo(target);
    } else if (!grows_x && !grows_y) {
        cv::resize(source, target, target.size(), 0, 0, cv::INTER_AREA);
    } else if (!shrinks_x && !shrinks_y) {
        cv::resize(source, target, target.size(), 0, 0, cv::INTER_LINEAR);
    } else {
        // OpenCV averages areas only where no axis grows: shrink one axis first, then let the other grow.
        cv::Size shrunk(shrinks_x ? target.cols : source.cols, shrinks_y ? target.rows : source.rows);
        cv::Mat between;
        cv::resize(source, between, shrunk, 0, 0, cv::INTER_AREA);
        cv::resize(between, target, target.size(), 0, 0, cv::INTER_LINEAR);
    }
}

}  // namespace emotion
