#pragma once

#include <string>

#include "emotion/model_card.hpp"
#include "emotion/train_emotion.hpp"
#include "train/emotion_judge.hpp"

namespace emotion::train {

/// What the loop has learned, ready to be written.
struct TrainedEmotion {
    int epochs_done = 0;
    int best_epoch = 0;         ///< whose weights these are; 0: the last one's
    double seconds = 0;         ///< of training, all calls together
    std::int64_t pictures = 0;  ///< trained on
    std::int64_t parameters = 0;
    double temperature = 1;
    VaCorrection correction;
    /// Figures by the name of the data set, as JSON objects.
    std::vector<std::pair<std::string, std::string>> validation;
    std::vector<std::pair<std::string, std::string>> report;
};

/// The network's shape as a card says it.
ArchitectureSpec emotion_architecture(const EmotionTrainOptions& options);

/// What the network sees: FER+ crops, each brought to mean 0 and deviation 1 over all its values, channels together.
InputSpec emotion_input(const EmotionTrainOptions& options);

/// The settings that decide what a run computes; a checkpoint is resumed with the same only.
std::string run_settings(const EmotionTrainOptions& options);

/// The figures of a run as a JSON object.
std::string emotion_figures(const TrainedEmotion& trained);

/// The card of a trained network: input of FER+ crops, its labels and landmarks, how it was trained and its figures.
ModelCard emotion_card(const EmotionTrainOptions& options, const TrainedEmotion& trained);

}  // namespace emotion::train
