#pragma once

#include <atomic>
#include <opencv2/videoio.hpp>

#include "media/frame_reader.hpp"

namespace emotion {

/// Reads a camera of this computer through OpenCV.
class CameraReader : public FrameReader {
public:
    /// camera: an open one. stop must outlive the reader.
    CameraReader(cv::VideoCapture camera, PixelFormat format, const std::atomic<bool>& stop);

    /// None when the camera gives nothing any more.
    std::optional<RawFrame> next() override;
    VideoProperties properties() const override { return properties_; }

private:
    cv::VideoCapture camera_;
    PixelFormat format_;
    const std::atomic<bool>& stop_;
    cv::Mat picture_;
    VideoProperties properties_;
    std::int64_t number_ = 0;
};

/// Opens camera `index`, from 0. Throws Error{io}.
cv::VideoCapture open_camera(int index);

}  // namespace emotion
