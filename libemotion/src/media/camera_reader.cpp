#include "media/camera_reader.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"

namespace emotion {

cv::VideoCapture open_camera(int index) {
    // Asked of the system first: OpenCV says no reason, and prints.
    const std::string device = fmt::format("/dev/video{}", index);
    if (::access(device.c_str(), R_OK | W_OK) != 0) {
        fail(ErrorCode::io, "VideoSource: cannot open camera {} ({}): {}", index, device,
             std::generic_category().message(errno));
    }
    try {
        cv::VideoCapture camera(index, cv::CAP_V4L2);
        if (camera.isOpened()) return camera;
    } catch (const cv::Exception& error) {
        fail(ErrorCode::io, "VideoSource: cannot open camera {} ({}): {}", index, device, error.err);
    }
    fail(ErrorCode::io, "VideoSource: cannot open camera {} ({}): it is in use or gives no pictures", index, device);
}

CameraReader::CameraReader(cv::VideoCapture camera, PixelFormat format, const std::atomic<bool>& stop)
    : camera_(std::move(camera)), format_(format), stop_(stop) {
    properties_.height = static_cast<int>(camera_.get(cv::CAP_PROP_FRAME_HEIGHT));
    properties_.width = static_cast<int>(camera_.get(cv::CAP_PROP_FRAME_WIDTH));
    if (const double fps = camera_.get(cv::CAP_PROP_FPS); fps > 0) properties_.fps = fps;
    properties_.is_live = true;
}

std::optional<RawFrame> CameraReader::next() {
    try {
        if (stop_ || !camera_.read(picture_) || picture_.empty()) return std::nullopt;
        return RawFrame{convert(as_view(picture_), format_), number_++, std::nullopt};
    } catch (const cv::Exception& error) {
        fail(ErrorCode::io, "VideoSource: the camera cannot be read: {}", error.err);
    }
}

}  // namespace emotion
