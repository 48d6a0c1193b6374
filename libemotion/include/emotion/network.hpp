#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emotion/device.hpp"
#include "emotion/export.hpp"
#include "emotion/model_card.hpp"

namespace emotion EMOTION_PUBLIC {

/// A dense float array in row-major order.
struct FloatArray {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// The two forms of a network.
enum class NetworkForm {
    module,    ///< layer by layer as trained; any device
    compiled,  ///< for inference on the processor: batch norms folded, weights prepacked, activations fused
};

struct NetworkOptions {
    std::string model = "faces";  ///< name or folder
    NetworkForm form = NetworkForm::compiled;
    std::string device = "auto";  ///< see resolve_device; the compiled form on CUDA is the folded module there
    Precision precision = Precision::f32;
};

/// A loaded network, numbers in and numbers out: for measuring, checking and for uses beyond faces. FaceDetector and
/// EmotionClassifier do the pictures around it. Two threads may call one network at once.
class Network {
public:
    /// Loads the network; throws as FaceDetector does.
    explicit Network(const NetworkOptions& options);
    ~Network();
    Network(Network&&) noexcept;
    Network& operator=(Network&&) noexcept;

    const ModelCard& card() const noexcept;
    const std::vector<std::string>& output_names() const noexcept;  ///< in the order of what forward() gives
    std::int64_t parameter_count() const noexcept;                  ///< numbers that were trained

    /// input: shape (n, channels, height, width), already normalised as the card says; sides multiples of the card's
    /// stride. Gives one array for each output name, float32 whatever the precision; maps as (n, c, h, w).
    /// Throws Error{invalid_argument} for another shape.
    std::vector<FloatArray> forward(const FloatArray& input) const;

    /// Milliseconds of each of `repeats` passes over one random input (n, channels, height, width), without copies in
    /// and out, after `warmup` passes. Throws Error{invalid_argument} for n or repeats below 1, warmup below 0 and
    /// sides that the network does not take.
    std::vector<double> time_forward(int n, int height, int width, int warmup, int repeats) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
