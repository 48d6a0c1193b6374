#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "emotion/device.hpp"
#include "emotion/export.hpp"
#include "emotion/train_progress.hpp"

namespace emotion EMOTION_PUBLIC {

/// A folder of training pictures and how often one of it is drawn.
struct FaceTrainData {
    std::filesystem::path folder;  ///< in the layout of read_face_labels
    std::string split = "train";
    double weight = 1;  ///< share of the crops drawn from this folder, relative to the others; > 0
};

/// What train_faces does: trains the architecture face_resnet from random weights.
struct FaceTrainOptions {
    std::vector<FaceTrainData> train;
    std::vector<std::filesystem::path> validation;  ///< folders whose split "val" is measured after each epoch; may be
                                                    ///< empty
    int validation_pictures = 0;                    ///< of each folder, evenly spaced; 0: all
    std::filesystem::path out;                      ///< the model folder to write, at the end
    std::filesystem::path work;                     ///< checkpoint and curves; empty: `out` with "-training" behind
    bool resume = false;                       ///< goes on from the checkpoint in `work`, if there is one; steps and
                                               ///< learning rate may be others than before, the rest not
    bool export_only = false;                  ///< writes the model from the checkpoint as it is and trains no step
    std::string name = "faces";                ///< of the model, in its card
    int revision = 1;                          ///< likewise; at least 1
    std::string license = "research use";      ///< likewise
    std::map<std::string, std::string> notes;  ///< further entries of the card's details: data, limits, command, ...

    std::vector<int> widths{16, 32, 48, 32, 32};  ///< channels of the two stem convolutions and at strides 8, 16, 32
    std::vector<int> blocks{1, 1, 1};             ///< residual blocks at strides 8, 16, 32
    int neck = 24;                                ///< channels of the levels that the heads read

    std::string initial;        ///< a face_resnet (name or folder) whose weights the run begins with. Where it is
                                ///< narrower its channels are copied (Net2Net, arXiv 1511.05641), where its stem or a
                                ///< stage is wider the channels that carry most are kept; empty: random
    std::string teacher;        ///< a detector (yunet or face_resnet; name or folder) whose scores and boxes are
                                ///< learned beside the labels (Hinton et al. 2015, arXiv 1503.02531); empty: none
    double teacher_weight = 1;  ///< its part in the loss; >= 0

    int crop = 576;             ///< side of the training crops, px; a multiple of 32, at least 64
    double min_face_px = 7;     ///< crops are scaled so that one of their faces has a height in this range, small ones
    double max_face_px = 540;   ///< more often; 4 <= min < max
    double mosaic = 0.3;        ///< share of crops put together from four; in [0, 1]
    double native_scale = 0.5;  ///< share of crops at the scale of use: about the picture's own, or twice it; in [0, 1]
    double background = 0.25;   ///< share of crops placed anywhere in their picture, on faces or not; in [0, 1]
    double max_turn_deg = 30;   ///< 40 % of the crops are turned by up to this; degrees, in [0, 45]

    int batch_size = 5;           ///< at least 1
    int steps = 22000;            ///< of the whole run; at least 1
    int epoch_steps = 500;        ///< steps between two checkpoints with validation; at least 1
    double learning_rate = 2e-3;  ///< peak, > 0; rises over warmup_steps, then falls along half a cosine
    int warmup_steps = 300;       ///< at least 0
    double weight_decay = 0.02;   ///< at least 0
    double average = 0.999;       ///< decay of the moving average of the weights, which is what is kept; in [0, 1)
    std::uint64_t seed = 1;
    std::string device = "cpu";            ///< as resolve_device takes it: where network, optimiser and batches are
    Precision precision = Precision::f32;  ///< of the network's forward pass; f32, or bf16 where the device computes it
    int threads = 0;                       ///< see set_num_threads; 0: leave it as it is
    int loader_threads = 1;                ///< threads that make crops; 1 to 64. The result does not depend on it
    int cache_mb = 6000;           ///< decoded pictures kept in memory; what does not fit is read again each time
    double min_score = 0.5;        ///< default of the model's card; in [0, 1]
    double smallest_face_px = 10;  ///< default of the model's card: faces from this height are found; > 0

    /// Throws Error{invalid_argument} naming field, value and bound.
    void validate() const;
};

/// Trains and writes a face detector. Each epoch ends with a checkpoint; a run that is stopped and resumed gives the
/// same weights as one that was not, on one processor with the same number of threads (on CUDA the same up to
/// rounding). Seeds LibTorch's default generators. A picture that cannot be read is left out and named in the report; a
/// folder without any readable picture ends the run. Throws Error{invalid_argument}, Error{io} (label file, folder),
/// Error{model_format} (damaged checkpoint), Error{unsupported} (device or precision that this machine does not have).
TrainReport train_faces(const FaceTrainOptions& options, const TrainCallback& callback = {});

}  // namespace EMOTION_PUBLIC
