#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// The newest version of the model folder's format. All versions from 1 are read; a card is written in the oldest that
/// can hold it.
inline constexpr int kModelFormatVersion = 2;

/// Order of a network's input channels.
enum class InputColor { rgb, bgr, gray };

/// How pixels become the network's input: value = (pixel - mean) * scale per channel, pixel in [0, 255].
struct InputSpec {
    int height = 0;  ///< px; 0: any
    int width = 0;   ///< px; 0: any
    int stride = 1;  ///< where the size is free, both sides are padded with zeros to a multiple of this
    InputColor color = InputColor::rgb;
    std::array<float, 3> mean{0, 0, 0};  ///< in the order of `color`; gray uses the first
    std::array<float, 3> scale{1, 1, 1};
    bool per_image = false;  ///< afterwards each picture is brought to mean 0 and standard deviation 1
    bool operator==(const InputSpec&) const = default;
};

/// How a face is cut out of a picture for a classifier.
struct CropSpec {
    /// Where the five landmarks lie in the crop, px of the network's input: left eye, right eye, nose, mouth corners.
    std::optional<std::array<std::array<float, 2>, 5>> landmarks;
    /// A face without landmarks: its box, made square and grown by this share of its side, see crop_from_image.
    float margin = 0;
    bool operator==(const CropSpec&) const = default;
};

/// The network's shape: a name known to the library and numbers for it.
struct ArchitectureSpec {
    std::string name;
    std::map<std::string, std::vector<double>> parameters;
    bool operator==(const ArchitectureSpec&) const = default;
};

/// What the model's outputs mean by another labelling of the same classes: softmax(weights * z + bias), where z are the
/// logarithms of the probabilities without it (matrix scaling, Guo et al. 2017, arXiv 1706.04599).
struct Calibration {
    std::vector<std::vector<double>> weights;  ///< for each label of the result a number for each label of z
    std::vector<double> bias;                  ///< one for each label
    std::string description;                   ///< for a person: by which pictures it was fitted
    bool operator==(const Calibration&) const = default;
};

/// The content of model.json: all that is needed to use the weights, and what is known about them.
struct ModelCard {
    std::string name;
    int revision = 1;
    std::string task;  ///< "faces" or "emotion"
    std::string description;
    std::string license;
    ArchitectureSpec architecture;
    InputSpec input;
    CropSpec crop;                                    ///< emotion models
    std::vector<std::string> labels;                  ///< emotion models: class names in the order of the outputs
    double temperature = 1;                           ///< emotion models: logits are divided by this before softmax
    std::map<std::string, Calibration> calibrations;  ///< emotion models: other labellings, by name
    std::map<std::string, double> defaults;           ///< faces models: "min_score", "nms_iou", "smallest_face_px"
    std::string details = "{}";                       ///< JSON object: training, data, accuracy, limits; kept as it is
    std::string weights_file = "model.safetensors";   ///< beside model.json
    std::string weights_sha256;  ///< 64 lower-case hexadecimal digits; empty: no weights written yet
    std::uint64_t weights_bytes = 0;
};

/// Reads `folder`/model.json strictly: unknown or missing keys, wrong types and values out of range throw
/// Error{model_format}; a missing file throws Error{io}. The weights are not touched.
ModelCard read_model_card(const std::filesystem::path& folder);

/// The same from a text; `where` begins each message. A card whose weights are not written yet has no key "weights".
ModelCard parse_model_card(const std::string& json, const std::string& where = "model.json");

/// The card as the text of model.json (UTF-8, keys in a fixed order, docs/model-format.md).
/// Throws Error{invalid_argument} for a card that could not be read back.
std::string to_json(const ModelCard& card);

}  // namespace EMOTION_PUBLIC
