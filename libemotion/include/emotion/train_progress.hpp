#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// How far a training run is. Given to the callback after every step.
struct TrainProgress {
    int epoch = 0;             ///< the epoch under way, counted from 1
    int epochs = 0;            ///< epochs of the whole run
    std::int64_t step = 0;     ///< steps done in the whole run, those before a resume included
    std::int64_t steps = 0;    ///< steps of the whole run
    double loss = 0;           ///< mean over the epoch so far
    double learning_rate = 0;  ///< of the step just done
    double seconds = 0;        ///< since this call began
    double seconds_left = 0;   ///< expected, from the speed of this call
    double images_per_s = 0;   ///< pictures trained on per second of this call
    std::string note;          ///< one line at the end of an epoch (the validation figures), else empty
};

/// Called from the training thread. Giving false stops the run; it can be resumed from the
/// checkpoint of the last whole epoch.
using TrainCallback = std::function<bool(const TrainProgress&)>;

/// What a training run leaves behind.
struct TrainReport {
    std::filesystem::path model;       ///< the model folder written; empty if the callback stopped the run
    std::filesystem::path checkpoint;  ///< from which the run can be resumed
    std::filesystem::path curves;      ///< CSV, a line for each epoch
    bool finished = false;             ///< false if the callback stopped the run
    double seconds = 0;                ///< of this call
    std::string figures = "{}";        ///< JSON object of the figures that went into the model's card
    std::vector<std::string> skipped;  ///< pictures that could not be read, each with the reason
};

}  // namespace EMOTION_PUBLIC
