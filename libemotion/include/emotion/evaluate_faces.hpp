#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "emotion/export.hpp"
#include "emotion/geometry.hpp"

namespace emotion EMOTION_PUBLIC {

/// A face as a person or a teacher network marked it.
struct FaceLabel {
    Rect box;               ///< px of the picture
    Landmarks landmarks{};  ///< px of the picture; only where has_landmarks
    bool has_landmarks = false;
    bool ignored = false;  ///< neither face nor background: too unclear to train on or to judge by
    bool operator==(const FaceLabel&) const = default;
};

/// A picture file and the faces in it.
struct LabelledPicture {
    std::filesystem::path path;
    std::vector<FaceLabel> faces;
    std::vector<Rect> ignore_regions;  ///< px; areas that are neither face nor background
    bool operator==(const LabelledPicture&) const = default;
};

/// Reads a folder in the layout of WIDER FACE:
///   images/NAME                       the pictures
///   wider_face_SPLIT_bbx_gt.txt       for each picture its NAME, the number of its faces and a line for each face (a
///                                     picture without faces may have one line of zeros)
///   ignore_SPLIT_bbx.txt              optional: ignore regions, the same with `x y w h` lines
/// A face's line is `x y w h` in pixels, then nothing, or WIDER FACE's six attributes (blur, expression, illumination,
/// invalid, occlusion, pose; an invalid face is ignored), or the five landmarks as ten coordinates and a 1 (a 0: the
/// landmarks are not known). Boxes without area are ignored faces of area 0 and left out.
/// Throws Error{io} if a file is missing or cannot be read as this layout, naming file and line.
std::vector<LabelledPicture> read_face_labels(const std::filesystem::path& folder, const std::string& split);

/// Writes label files that read_face_labels reads (with landmarks, and ignore regions if there are any). The names in
/// them are the pictures' paths relative to `folder`/images. Throws Error{io}.
void write_face_labels(const std::filesystem::path& folder, const std::string& split,
                       const std::vector<LabelledPicture>& pictures);

/// A box that a detector gave out.
struct ScoredBox {
    Rect box;         ///< px of the picture
    float score = 0;  ///< higher is surer; any scale
    bool operator==(const ScoredBox&) const = default;
};

struct FaceEvaluationOptions {
    float iou = 0.5f;                 ///< a found box is right if it overlaps a face by at least this; in (0, 1]
    bool use_ignore_regions = false;  ///< found boxes that lie by half of their area or more in one do not count

    /// Throws Error{invalid_argument} naming field, value and bound.
    void validate() const;
};

/// How well a detector did on faces of a height and more.
struct FaceAccuracy {
    float min_height_px = 0;       ///< faces below are not asked for, and neither is what was found on them
    int faces = 0;                 ///< faces asked for
    double average_precision = 0;  ///< in [0, 1]; 0 if there are no faces
    double recall = 0;             ///< of all that was found, whatever its score; in [0, 1]
    double best_f1 = 0;            ///< highest harmonic mean of precision and recall over the scores
    double best_f1_score = 0;      ///< the score at which it is reached
};

struct FaceEvaluation {
    int pictures = 0;
    int found = 0;
    std::vector<FaceAccuracy> accuracy;  ///< for faces of at least 0, 12 and 24 px of height

    /// {"pictures": ..., "found": ..., "accuracy": [{"min_height_px": ..., ...}, ...]}
    std::string to_json() const;
};

/// Average precision as the area under the curve of precision against recall, where precision is made falling from the
/// right (all points; Everingham et al. 2010, "The Pascal Visual Object Classes challenge"). Within a picture found
/// boxes take, in the order of their scores, the free face that they overlap most; a box that takes a face which is not
/// asked for, or that overlaps an ignored face, does not count. found and pictures: one entry for each picture, in the
/// same order. Throws Error{invalid_argument} if the numbers differ or a score or a box is not finite.
FaceEvaluation evaluate_faces(const std::vector<std::vector<ScoredBox>>& found,
                              const std::vector<LabelledPicture>& pictures, const FaceEvaluationOptions& options = {});

}  // namespace EMOTION_PUBLIC
