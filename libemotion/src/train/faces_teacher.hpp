#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "emotion/model_card.hpp"
#include "nn/compiled.hpp"
#include "nn/load.hpp"
#include "train/faces_assign.hpp"

namespace emotion::train {

/// What a teacher says at every position of map_points, for each picture of a batch.
struct TeacherView {
    std::vector<float> scores;     ///< (n, positions), in [0, 1]
    std::vector<float> boxes;      ///< (n, positions, 4): x1, y1, x2, y2, px
    std::vector<float> landmarks;  ///< (n, positions, 10): x and y of each, px
};

/// A detector that is there already and has one box for each cell at strides 8, 16 and 32, as yunet and face_resnet.
class FaceTeacher {
public:
    /// Throws Error{model_format} for a folder that is no model of these architectures.
    FaceTeacher(const std::filesystem::path& folder, int crop, c10::Device device = c10::kCPU);

    /// pixels: `count` pictures of crop x crop px, rgb bytes.
    TeacherView look(const std::vector<std::uint8_t>& pixels, int count) const;

private:
    FaceTeacher(const nn::LoadedModule& loaded, int crop, c10::Device device);

    int crop_;
    InputSpec input_;
    bool has_object_ = false;  // yunet: the score is the mean, by multiplication, of two
    nn::CompiledNetwork network_;
    MapPoints points_;
};

}  // namespace emotion::train
