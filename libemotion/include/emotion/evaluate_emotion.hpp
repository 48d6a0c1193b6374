#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// Labelled faces: a folder, whose kind is found from what it holds, or a table anywhere.
/// - FER+ layout: label.csv without a header: picture, box, then the votes for neutral, happiness, surprise, sadness,
///   anger, disgust, fear, contempt, unknown, not a face (Barsoum et al. 2016, arXiv 1608.01041);
/// - labels.csv, or as `path` itself the file of a table (*.csv), its pictures named from its folder. Its header has
///   `image` and `emotion` (a name), or `expression` (DiffusionFER's numbers: 0 neutral, 1 happiness, 2 sadness,
///   3 surprise, 4 fear, 5 disgust, 6 anger), and / or `valence` and `arousal` in [-1, 1], and / or numbers of votes in
///   columns named by the eight classes, with `unknown` and `not_a_face` if there are such votes. Votes count as those
///   of FER+ and go before a name; an empty field is no label;
/// - else a folder for each class with the class's name in any case: <path>/happiness/a.jpg.
struct EmotionDataset {
    std::filesystem::path path;
    std::string part = "all";  ///< "A/N" or "A-B/N": of the pictures in the order of their names, counted from 0, those
                               ///< whose place modulo N is A (A to B). Names that differ only by a trailing "_number"
                               ///< (pictures of one person or prompt) share a place.
    double class_weight = 1;   ///< of the class labels in the loss; 0 leaves them out; at least 0
    double va_weight = 1;      ///< of valence and arousal; likewise

    /// Throws Error{invalid_argument} naming field, value and bound.
    void validate() const;
};

/// From "PATH" or "PATH,part=A-B/N,classes=WEIGHT,va=WEIGHT" (any of them, in any order).
EmotionDataset parse_emotion_dataset(const std::string& text);

struct EmotionEvaluationOptions {
    std::string model = "emotion";     ///< name or folder, see find_model
    std::vector<EmotionDataset> data;  ///< evaluated together
    std::string calibration;           ///< see EmotionClassifierOptions
    bool flip_average = false;         ///< probabilities averaged over the picture and its mirror image
    int batch_size = 128;              ///< at least 1
    int threads = 0;                   ///< for LibTorch and OpenCV; 0: as they are

    void validate() const;
};

/// Agreement of numbers with labels.
struct RegressionFigures {
    double ccc = 0;  ///< concordance correlation coefficient (Lin 1989), in [-1, 1]
    double rmse = 0;
};

/// What a model is worth on labelled pictures.
struct EmotionEvaluation {
    std::vector<std::string> labels;  ///< the eight classes in FER+ order
    std::int64_t class_count = 0;     ///< pictures judged by class. Of FER+ those of the majority protocol: without
                                      ///< the votes of single persons one label has more than half of the votes, and
                                      ///< it is neither unknown nor not-a-face
    double accuracy = 0;              ///< in [0, 1]
    double macro_f1 = 0;              ///< mean over the classes that have pictures
    std::vector<double> recall;       ///< of each class; NaN for a class without pictures
    std::vector<std::vector<std::int64_t>> confusion;  ///< rows: labels, columns: what the model said
    double ece = 0;                            ///< expected calibration error of the best probability, 15 equal bins
    std::int64_t clear_count = 0;              ///< of FER+: pictures whose label has more than half of all ten votes
    double clear_accuracy = 0;                 ///< accuracy on these alone
    std::int64_t va_count = 0;                 ///< pictures judged by valence and arousal
    std::optional<RegressionFigures> valence;  ///< unset without labels or without such a head
    std::optional<RegressionFigures> arousal;
    std::vector<std::string> skipped;  ///< pictures that could not be read, each with the reason

    /// As one JSON object.
    std::string json() const;
};

/// Throws Error{invalid_argument} for labels of the model that are none of the eight classes, Error{io} for a missing
/// or damaged label file, and what loading the model throws.
EmotionEvaluation evaluate_emotion(const EmotionEvaluationOptions& options);

}  // namespace EMOTION_PUBLIC
