#pragma once

/// Small model folders for tests, written by the tests themselves: no test needs a shipped model.

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/model_folder.hpp"
#include "nn/architectures.hpp"

namespace test_models {

/// A new folder under the system's temporary one; removed with all it holds.
class TemporaryFolder {
public:
    TemporaryFolder() {
        static std::atomic<int> count{0};
        path_ = std::filesystem::temp_directory_path() /
                ("emotion-test-" + std::to_string(getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::string string() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

/// Gives the values of one tensor of a network.
using Filler = std::function<void(emotion::NamedTensor&)>;

/// The tensors of a graph in its order, filled one by one.
inline std::vector<emotion::NamedTensor> make_tensors(const emotion::nn::Graph& graph, const Filler& fill) {
    using emotion::nn::Op;
    std::vector<emotion::NamedTensor> tensors;
    auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
        std::size_t count = 1;
        for (std::int64_t side : shape) count *= static_cast<std::size_t>(side);
        tensors.push_back({name, std::move(shape), std::vector<float>(count, 0.0f)});
        fill(tensors.back());
    };
    for (const emotion::nn::Node& node : graph.nodes()) {
        if (node.op == Op::conv)
            add(node.name + ".weight", {node.out_channels, node.in_channels / node.groups, node.kernel, node.kernel});
        if (node.op == Op::linear) add(node.name + ".weight", {node.out_channels, node.in_channels});
        if (node.op == Op::linear || (node.op == Op::conv && node.bias)) add(node.name + ".bias", {node.out_channels});
        if (node.op == Op::batch_norm)
            for (const char* which : {".weight", ".bias", ".running_mean", ".running_var"})
                add(node.name + which, {node.out_channels});
    }
    return tensors;
}

/// The same numbers on every machine and in tests/golden/generate.py: a linear congruential generator (Knuth's MMIX
/// constants) for each tensor, seeded with the FNV-1a hash of its name; its upper 24 bits give u in [-1, 1).
/// Convolutions and linear layers 2 u / sqrt(fan in), norms' weights 1 + 0.2 u, their variances 1 + 0.5 u, else 0.2 u;
/// a tenth of it in tensors with "box" in their names, for the exponentials of sizes.
inline void fill_random(emotion::NamedTensor& tensor) {
    std::uint64_t state = 14695981039346656037u;
    for (char c : tensor.name) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211u;
    const bool norm = tensor.shape.size() == 1;
    double fan_in = 1;
    for (std::size_t i = 1; i < tensor.shape.size(); ++i) fan_in *= static_cast<double>(tensor.shape[i]);
    double base = 0, spread = 0.2;
    if (tensor.name.ends_with(".weight")) {
        base = norm ? 1 : 0;
        spread = norm ? 0.2 : 2 / std::sqrt(fan_in);
    } else if (tensor.name.ends_with(".running_var")) {
        base = 1;
        spread = 0.5;
    }
    if (tensor.name.find("box") != std::string::npos) spread /= 10;
    for (float& value : tensor.values) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const double u = static_cast<double>(state >> 40) / 8388608.0 - 1.0;
        value = static_cast<float>(base + spread * u);
    }
}

inline void write(const std::filesystem::path& folder, const emotion::ModelCard& card, const Filler& fill) {
    const int channels = card.input.color == emotion::InputColor::gray ? 1 : 3;
    emotion::write_model(
        folder, card,
        make_tensors(emotion::nn::build_architecture(card.architecture, channels, static_cast<int>(card.labels.size())),
                     fill));
}

inline emotion::ModelCard faces_card(const std::string& architecture, int stride) {
    emotion::ModelCard card;
    card.name = "test-" + architecture;
    card.task = "faces";
    card.description = "A network for tests.";
    card.license = "MIT";
    card.architecture.name = architecture;
    card.input.stride = stride;
    card.defaults = {{"min_score", 0.5}, {"nms_iou", 0.4}, {"smallest_face_px", 16}};
    return card;
}

/// A detector of random weights: finds something everywhere, and means nothing by it.
inline emotion::ModelCard random_faces_card(const std::string& architecture) {
    emotion::ModelCard card = faces_card(architecture, architecture == "retinaface" ? 1 : 32);
    if (architecture == "retinaface") card.architecture.parameters = {{"backbone", {0.25}}};
    if (architecture == "yunet")
        card.architecture.parameters = {{"stages", {8, 8, 16, 16, 16, 16}}, {"shared_head", {0}}};
    if (architecture == "face_resnet")
        card.architecture.parameters = {{"widths", {4, 6, 8, 8, 8}}, {"blocks", {1, 1, 0}}, {"neck", {8}}};
    card.input.mean = {104, 117, 123};
    card.input.scale = {1.0f / 64, 1.0f / 64, 1.0f / 64};
    return card;
}

/// An emotion network of random weights for grey or colour crops of 24 x 24 px.
inline emotion::ModelCard random_emotion_card(emotion::InputColor color) {
    emotion::ModelCard card;
    card.name = "test-emotion";
    card.task = "emotion";
    card.description = "A network for tests.";
    card.license = "MIT";
    card.architecture = {"emotion_resnet",
                         {{"widths", {4, 8, 8}}, {"blocks", {1}}, {"stem_stride", {1}}, {"dropout", {0.25}}}};
    card.input.height = 24;
    card.input.width = 24;
    card.input.color = color;
    card.input.per_image = true;
    card.crop.landmarks = {{{7.5f, 9.5f}, {16.5f, 9.5f}, {12, 14}, {8.5f, 18}, {15.5f, 18}}};
    card.crop.margin = 0.125f;
    card.labels = {"calm", "glad", "mad", "odd"};
    card.temperature = 1.5;
    return card;
}

/// A calibration of four labels that turns their order around.
inline emotion::Calibration turning_calibration() {
    return {.weights = {{0, 0, 0, 1.25}, {0, 0, 0.5, 0}, {0, 1, 0, 0.25}, {1, 0, 0, -0.5}},
            .bias = {0.5, -1, 0, 0.125},
            .description = "Turned around."};
}

/// The numbers of tests/golden/NAME.json, which generate.py beside it makes.
inline nlohmann::json golden(const std::string& name) {
    std::ifstream file(std::string(EMOTION_TEST_SOURCE_FOLDER) + "/tests/golden/" + name + ".json");
    return nlohmann::json::parse(file);
}

/// A detector whose answers are known: every 8 x 8 cell of the working picture that is bright on average (0.5 R + 0.3 G
/// + 0.2 B above 128) is a face of 16 x 16 px around the cell's centre, with the eyes 4 px beside and 2 px above the
/// centre, the nose on it, and the mouth's corners 3 px beside and 4 px below. Its weights are symmetric, so that
/// pictures mirrored or moved by whole cells must give mirrored or moved faces.
inline void write_bright_cell_detector(const std::filesystem::path& folder) {
    emotion::ModelCard card = faces_card("face_resnet", 32);
    card.architecture.parameters = {{"widths", {1, 1, 1, 1, 1}}, {"blocks", {0, 0, 0}}, {"neck", {1}}};
    card.input.scale = {1.0f / 255, 1.0f / 255, 1.0f / 255};
    const float color[3] = {0.5f, 0.3f, 0.2f};
    const float eye = 4.0f / 8, above = 2.0f / 8, mouth = 3.0f / 8, below = 4.0f / 8;
    const std::vector<float> landmarks{0.5f - eye, 0.5f - above, 0.5f + eye,   0.5f - above, 0.5f,
                                       0.5f,       0.5f - mouth, 0.5f + below, 0.5f + mouth, 0.5f + below};
    write(folder, card, [&](emotion::NamedTensor& tensor) {
        const std::string& name = tensor.name;
        const bool fine = name.starts_with("head.8.") || name.starts_with("neck.8.");
        auto is = [&](const char* ending) { return name.ends_with(ending); };
        if (is("bn.weight")) tensor.values[0] = 1;
        if (is("running_var")) tensor.values[0] = 1 - 1e-5f;
        if (is("shared.conv.weight")) tensor.values[4] = 1;
        if (name == "neck.8.conv.weight") tensor.values[0] = 1;
        if (name.starts_with("stem.") || name.starts_with("stage"))
            if (is("conv.weight"))  // the mean of 2 x 2 values
                for (std::size_t c = 0; c < static_cast<std::size_t>(tensor.shape[1]); ++c)
                    for (std::size_t tap : {4u, 5u, 7u, 8u})
                        tensor.values[9 * c + tap] = 0.25f * (tensor.shape[1] == 3 ? color[c] : 1.0f);
        if (is(".score.weight") && fine) tensor.values[0] = 40;
        if (is(".score.bias")) tensor.values[0] = -40 * 128.0f / 255;
        if (is(".box.bias")) tensor.values = {0.5f, 0.5f, std::log(2.0f), std::log(2.0f)};
        if (is(".landmarks.bias")) tensor.values = landmarks;
    });
}

}  // namespace test_models
