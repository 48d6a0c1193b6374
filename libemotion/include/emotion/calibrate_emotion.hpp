#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "emotion/evaluate_emotion.hpp"
#include "emotion/export.hpp"
#include "emotion/model_card.hpp"

namespace emotion EMOTION_PUBLIC {

struct EmotionCalibrationOptions {
    std::string model = "emotion";     ///< name or folder, see find_model
    std::vector<EmotionDataset> data;  ///< pictures with class labels; their class_weight counts
    std::string name;                  ///< of the calibration in the card: a-z, 0-9, '.', '_', '-'
    std::string description;           ///< in the card; empty: how many pictures it was fitted on
    std::filesystem::path out;         ///< folder of the new model; must not exist
    int batch_size = 128;              ///< pictures in one pass; at least 1
    int threads = 0;                   ///< for LibTorch and OpenCV; 0: as they are

    void validate() const;  ///< throws Error{invalid_argument} naming field, value and bound
};

/// How well probabilities agree with labels.
struct CalibrationFigures {
    double accuracy = 0;  ///< in [0, 1], of the pictures with one label (see EmotionEvaluation)
    double log_loss = 0;  ///< mean over the pictures of the cross entropy with their labels or votes; at least 0
    double ece = 0;       ///< expected calibration error of the best probability, 15 equal bins
};

struct EmotionCalibration {
    Calibration calibration;           ///< as it stands in the new card
    std::int64_t count = 0;            ///< pictures that it was fitted on
    std::int64_t left_out = 0;         ///< pictures without class labels; those whose most votes are for unknown or
                                       ///< not-a-face are never read
    CalibrationFigures as_it_is;       ///< of the model without it
    CalibrationFigures calibrated;     ///< with it, each fifth of the pictures by a fit on the other four
    std::vector<std::string> skipped;  ///< pictures that could not be read, each with the reason

    /// As one JSON object, without the calibration itself.
    std::string json() const;
};

/// Fits a calibration to pictures that are labelled in another way than those the model was trained on, and writes the
/// model with it as the new folder `out`; the weights stay as they are. The fit is the maximum a posteriori of
/// multinomial logistic regression on the logarithms of the model's probabilities, with independent normal priors of
/// variance 1 around weights = identity and bias = 0: few pictures change little.
/// Throws Error{invalid_argument} for an `out` that exists, a name that the model has already, a model without the
/// eight classes, data without class labels; else as evaluate_emotion and write_model.
EmotionCalibration calibrate_emotion(const EmotionCalibrationOptions& options);

}  // namespace EMOTION_PUBLIC
