#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emotion/device.hpp"
#include "emotion/export.hpp"
#include "emotion/face.hpp"
#include "emotion/image.hpp"
#include "emotion/model_card.hpp"

namespace emotion EMOTION_PUBLIC {

/// What FaceDetector does. Unset fields take the value that stands in the model's card.
struct FaceDetectorOptions {
    std::string model = "faces";     ///< name or folder, see find_model
    std::optional<float> min_score;  ///< faces below are dropped; in [0, 1]
    std::optional<float> nms_iou;    ///< of two boxes that overlap more, the better stays; in (0, 1]
    int top_k = 5000;                ///< candidates kept before suppression; at least 1
    int max_faces = 750;             ///< faces returned at most, best first; at least 1
    /// Height of the smallest face worth finding, px of the picture, > 0. Sets the working scale: the picture is
    /// resized by smallest_face_px of the model's card / min_face_px, at most 4 times larger, each side to a whole
    /// number of px and at least 1. Twice as small is four times the work. Unset: the picture as it is.
    std::optional<float> min_face_px;
    std::string device = "auto";  ///< see resolve_device
    Precision precision = Precision::fastest;

    /// Throws Error{invalid_argument} naming field, value and bound (NaN is out of bounds).
    void validate() const;
};

/// Finds faces in pictures. Two threads may use one detector at once.
class FaceDetector {
public:
    /// Loads the model. Throws Error{invalid_argument} for options out of bounds, a name that is not known and a model
    /// of another task, Error{io} and Error{model_format} as read_model_card and for damaged weights,
    /// Error{unsupported} for a device or a precision that is not to be had here.
    explicit FaceDetector(const FaceDetectorOptions& options = {});
    ~FaceDetector();
    FaceDetector(FaceDetector&&) noexcept;
    FaceDetector& operator=(FaceDetector&&) noexcept;

    /// The faces of one picture of any size from 1 x 1 px, best score first, in pixels of that picture; every box meets
    /// the picture and has an area. Throws Error{invalid_argument} for a view without pixels, and where the working
    /// picture would have more than 100 million pixels; Error{runtime} for want of memory.
    std::vector<Face> detect(const ImageView& image) const;
    /// The same for several pictures of any sizes and formats, one list for each. Pictures of equal padded working size
    /// go through the network together, up to 4 million pixels at once.
    std::vector<std::vector<Face>> detect(std::span<const ImageView> images) const;

    const FaceDetectorOptions& options() const noexcept;  ///< with every unset field filled in, but min_face_px
    const ModelCard& card() const noexcept;
    const std::string& device() const noexcept;  ///< what "auto" became
    Precision precision() const noexcept;        ///< what "fastest" became

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
