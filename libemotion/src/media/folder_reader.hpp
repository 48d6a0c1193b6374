#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "media/frame_reader.hpp"
#include "media/health_record.hpp"

namespace emotion {

/// Whether `a` comes before `b` as people count: runs of digits by their value, 2.jpg before 10.jpg.
bool natural_less(const std::string& a, const std::string& b);

/// Gives the pictures of a folder (not of folders in it, no hidden files) in natural order, or one picture file. A
/// picture that cannot be read is said in `health` and left out.
class FolderReader : public FrameReader {
public:
    /// Reads the first picture, so that the size is known. Throws Error{io} where none can be read.
    FolderReader(const std::filesystem::path& path, const VideoSourceOptions& options, const std::atomic<bool>& stop,
                 HealthRecord& health);

    std::optional<RawFrame> next() override;
    VideoProperties properties() const override { return properties_; }

private:
    std::optional<RawFrame> read_next();

    std::vector<std::filesystem::path> pictures_;
    PixelFormat format_;
    double fps_;
    const std::atomic<bool>& stop_;
    HealthRecord& health_;
    std::size_t place_ = 0;
    std::optional<RawFrame> waiting_;
    VideoProperties properties_;
};

}  // namespace emotion
