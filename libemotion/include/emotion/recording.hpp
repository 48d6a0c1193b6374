#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "emotion/emanalysis.hpp"
#include "emotion/export.hpp"
#include "emotion/overlay.hpp"
#include "emotion/video_writer.hpp"

namespace emotion EMOTION_PUBLIC {

/// Which files a Recording writes; those with an empty path are not written. The name of a table ends with .csv, or
/// with .jsonl for JSON Lines.
struct RecordingOptions {
    std::filesystem::path video;         ///< .mp4: what Overlay draws
    std::filesystem::path faces_table;   ///< a row for each face of each frame
    std::filesystem::path frames_table;  ///< a row for each frame
    std::filesystem::path raw_table;     ///< a row for each face: frame, then a logit for each label
    OverlayOptions overlay;
    VideoWriterOptions encoder;
    double fps = 25;  ///< above 0; how long the video shows its last frame: 1 / fps

    void validate() const;  ///< throws Error{invalid_argument} naming field, value and bound
};

/// Writes the results of a run to files while it goes on. Every file bears its final name, can be read at any moment
/// and survives a kill; at most the last second of the video is lost (see VideoWriter, CsvWriter). An output that
/// fails, for example because the disk is full, is ended, keeps what was written and is named in failures(); the others
/// go on. The logits of the raw table are the logarithms of the probabilities, which differ from the network's own by a
/// number that is the same for all labels of a row and by the temperature in the model's card. One thread at a time.
class Recording {
public:
    /// labels: of the classifier; empty: heads only. Opens the tables; the video begins with the first frame. Throws
    /// Error{io} where a file cannot be made, Error{invalid_argument} for a video that is no .mp4, a table that is
    /// neither .csv nor .jsonl, and for two outputs of one name.
    explicit Recording(std::vector<std::string> labels, const RecordingOptions& options);
    /// Closes; what goes wrong then is not said. Call close() to know.
    ~Recording();
    Recording(Recording&&) noexcept;
    Recording& operator=(Recording&&) noexcept;

    /// Throws Error{invalid_argument} for a result of a classifier with another number of labels.
    void add(const FrameResult& result);
    /// Ends all files. Does nothing the second time.
    void close();
    /// A sentence for each output that failed.
    const std::vector<std::string>& failures() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
