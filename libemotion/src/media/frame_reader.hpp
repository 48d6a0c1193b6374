#pragma once

#include <cstdint>
#include <optional>

#include "emotion/video_source.hpp"

namespace emotion {

/// A picture as a reader gives it.
struct RawFrame {
    Image image;
    std::int64_t number = 0;       ///< from 0 in this reader
    std::optional<double> time_s;  ///< none where the reader has no time of its own
};

/// One open video, folder or camera. One thread at a time.
class FrameReader {
public:
    virtual ~FrameReader() = default;
    /// The next picture; none at the end, or when the source was stopped. Throws Error{io}.
    virtual std::optional<RawFrame> next() = 0;
    virtual VideoProperties properties() const = 0;
};

}  // namespace emotion
