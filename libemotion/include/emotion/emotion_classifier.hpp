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

/// What a classifier says of one face: an expression, not a feeling.
struct Emotion {
    std::shared_ptr<const std::vector<std::string>> labels;  ///< the model's class names
    std::vector<float> probabilities;                        ///< one for each label; sum to 1
    std::optional<float> valence;  ///< in [-1, 1], unpleasant to pleasant; unset if the model has no such head
    std::optional<float> arousal;  ///< in [-1, 1], calm to excited; likewise

    /// The position of the largest probability (the first of equals).
    int label_index() const;
    const std::string& label() const { return (*labels)[static_cast<std::size_t>(label_index())]; }
};

struct EmotionClassifierOptions {
    std::string model = "emotion";  ///< name or folder, see find_model
    std::string device = "auto";    ///< see resolve_device
    Precision precision = Precision::fastest;
    int batch_size = 64;        ///< faces in one pass at most; at least 1
    std::string calibration;    ///< one of the card's, by name; empty: the labelling that the model was trained on
    bool flip_average = false;  ///< averages the probabilities over the crop and its mirror image: twice the work

    void validate() const;  ///< throws Error{invalid_argument} naming field, value and bound
};

/// Classes and, where the model has them, valence and arousal of faces. Two threads may use one classifier at once.
class EmotionClassifier {
public:
    /// Loads the model; throws as FaceDetector does, and Error{invalid_argument} for a calibration that the card has
    /// not.
    explicit EmotionClassifier(const EmotionClassifierOptions& options = {});
    ~EmotionClassifier();
    EmotionClassifier(EmotionClassifier&&) noexcept;
    EmotionClassifier& operator=(EmotionClassifier&&) noexcept;

    /// All faces of a picture, in their order, cut out as the model's card says (see align_faces). Throws
    /// Error{invalid_argument} for a view without pixels and for faces without area or that are not finite,
    /// Error{runtime} for want of memory.
    std::vector<Emotion> classify(const ImageView& image, std::span<const Face> faces) const;
    /// All faces of several pictures in shared batches. Throws Error{invalid_argument} unless there is one list of
    /// faces for each picture.
    std::vector<std::vector<Emotion>> classify(std::span<const ImageView> images,
                                               std::span<const std::vector<Face>> faces) const;
    /// Ready crops of any size: each is resized to the network's input; a crop of that size is taken as it is.
    std::vector<Emotion> classify_crops(std::span<const ImageView> crops) const;

    const std::vector<std::string>& labels() const noexcept;  ///< in the order of the probabilities
    bool has_valence_arousal() const noexcept;                ///< whether the model says valence and arousal
    const EmotionClassifierOptions& options() const noexcept;
    const ModelCard& card() const noexcept;
    const std::string& device() const noexcept;  ///< what "auto" became
    Precision precision() const noexcept;        ///< what "fastest" became

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
