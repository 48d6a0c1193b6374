#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "emotion/device.hpp"
#include "emotion/evaluate_emotion.hpp"
#include "emotion/export.hpp"
#include "emotion/model_card.hpp"
#include "emotion/train_progress.hpp"

namespace emotion EMOTION_PUBLIC {

/// A training run of the emotion network (classes, valence and arousal from one backbone). On the command line each
/// field is an option of the same name with dashes, `--batch-size`; data sets are written as parse_emotion_dataset
/// says.
struct EmotionTrainOptions {
    std::vector<EmotionDataset> train;  ///< at least one
    std::vector<EmotionDataset>
        validation;                      ///< figures of every epoch; temperature and the scale of valence and arousal
    std::vector<EmotionDataset> report;  ///< looked at once, at the end: the figures of the card
    std::filesystem::path out;           ///< the model folder to write
    std::filesystem::path work;          ///< checkpoint and curves; empty: `out` with "-training" behind
    bool resume = false;                 ///< goes on from the checkpoint in `work`, if there is one
    bool export_only = false;            ///< writes the model from the checkpoint as it is and trains no step; the
                                         ///< report sets are read only if that run had come to its end

    std::string initial;  ///< a model (name or folder) whose weights the run begins with: of the same shape, or
                          ///< narrower, whose channels are then copied (Net2Net, arXiv 1511.05641); empty: random

    std::vector<std::string> teachers;  ///< emotion models (names or folders) whose probabilities, valence and arousal
                                        ///< are learned beside the labels and where there are none; they have the
                                        ///< eight classes and the input of the model trained here
    double teacher_share = 0.5;         ///< of the teachers in a target that has a label too; in [0, 1]

    InputColor color = InputColor::gray;  ///< of the pictures that the network takes: gray or rgb
    int size = 48;                        ///< their side, px: 48 or 64

    std::vector<int> widths{32, 64, 128};  ///< channels of the three or four stages, multiples of 8
    int blocks = 2;                        ///< residual blocks of each stage
    int stem_stride = 2;                   ///< 1 or 2
    double dropout = 0.3;                  ///< in [0, 0.9]

    int epochs = 30;               ///< at least 1
    int batch_size = 128;          ///< pictures of a step, those of the next line not counted; at least 2
    int va_batch_size = 16;        ///< pictures with valence and arousal added to a step; at least 2
    double learning_rate = 2e-3;   ///< the peak; > 0
    double weight_decay = 0.02;    ///< decoupled; at least 0
    int warmup_steps = 500;        ///< at least 0
    int patience = 0;              ///< epochs without a better validation figure until the run stops; the model is then
                                   ///< that of the best epoch. The figure is the class loss, without class labels
                                   ///< 1 - mean concordance. At least 0; 0: all epochs, the model is the last one's
    double average_decay = 0.999;  ///< of the weights' moving average; in [0, 1)
    double class_balance = 0;      ///< pictures of a class count (1 / its frequency)^class_balance, on average 1; in
                                   ///< [0, 1]; 0: all the same
    double label_smoothing = 0;    ///< in [0, 1)
    double mixup = 0;              ///< alpha of the Beta distribution (Zhang et al. 2018); 0: none
    double va_share = 0.3;         ///< of valence and arousal in the loss; at least 0
    double weak_va_share = 0.03;   ///< of the votes' mean place on the circumplex; at least 0
    std::uint64_t seed = 1;
    std::string device = "cpu";            ///< as resolve_device takes it: where network, optimiser and batches are
    Precision precision = Precision::f32;  ///< of the network's forward pass; f32, or bf16 where the device computes it
    int threads = 0;                       ///< for LibTorch and OpenCV; 0: as they are

    std::string name = "emotion";              ///< of the model, in its card
    int revision = 1;                          ///< likewise
    std::string license = "research use";      ///< likewise
    std::map<std::string, std::string> notes;  ///< further entries of the card's details: data, limits, command, ...

    /// Throws Error{invalid_argument} naming field, value and bound.
    void validate() const;
};

/// Trains and writes the model. Each epoch ends with a checkpoint; a run that is stopped and resumed gives the same
/// weights as one that was not, on one processor with the same number of threads (on CUDA the same up to rounding).
/// Seeds LibTorch's default generators.
/// A picture that cannot be read is left out and named in the report.
/// Throws Error{invalid_argument}, Error{io} (label file, folder), Error{model_format} (damaged checkpoint),
/// Error{unsupported} (device or precision that this machine does not have).
TrainReport train_emotion(const EmotionTrainOptions& options, const TrainCallback& callback = {});

}  // namespace EMOTION_PUBLIC
