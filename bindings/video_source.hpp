#pragma once

#include <memory>
#include <string>

#include "emotion/video_source.hpp"
#include "numpy_image.hpp"
#include "options.hpp"

namespace emotion::bindings {

/// The channel order of pictures that are given out.
template <>
struct OptionValue<PixelFormat> {
    static std::string expected() { return "str"; }
    static PixelFormat from(const py::handle& value) {
        return parse_order(value.cast<std::string>(), "VideoSource: order", true);
    }
    static py::object to(PixelFormat value) {
        return py::str(std::string(to_string(value), 0, value == PixelFormat::gray8 ? 4 : 3));
    }
};

/// Red first, as all pictures of the package.
struct SourceOptions : VideoSourceOptions {
    SourceOptions() { format = PixelFormat::rgb8; }
};

/// A path, an address or a camera's number, opened. Throws TypeError naming what came.
std::shared_ptr<VideoSource> open_source(const py::object& source, const VideoSourceOptions& options);
/// Pictures of a Python iterable; what it raises comes out of read.
std::shared_ptr<VideoSource> source_from_frames(const py::iterable& frames, double fps, const std::string& order);

}  // namespace emotion::bindings
