#include "train/faces_teacher.hpp"

#include <ATen/ATen.h>

#include "base/check.hpp"
#include "nn/inference.hpp"
#include "train/faces_batch.hpp"
#include "train/faces_loss.hpp"

namespace emotion::train {
namespace {

nn::LoadedModule load_teacher(const std::filesystem::path& folder) {
    nn::LoadedModule loaded = nn::load_module(folder);
    const std::string& architecture = loaded.card.architecture.name;
    if (architecture != "yunet" && architecture != "face_resnet")
        fail(ErrorCode::model_format,
             "train_faces: the teacher {} has the architecture {}, expected yunet or face_resnet", folder.string(),
             architecture);
    return loaded;
}

std::vector<float> to_vector(const at::Tensor& values) {
    const at::Tensor flat = values.contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

}  // namespace

FaceTeacher::FaceTeacher(const std::filesystem::path& folder, int crop, c10::Device device)
    : FaceTeacher(load_teacher(folder), crop, device) {}

FaceTeacher::FaceTeacher(const nn::LoadedModule& loaded, int crop, c10::Device device)
    : crop_(crop),
      input_(loaded.card.input),
      has_object_(loaded.card.architecture.name == "yunet"),
      network_(*loaded.module, device, at::kFloat),
      points_(map_points(crop, crop)) {}

TeacherView FaceTeacher::look(const std::vector<std::uint8_t>& pixels, int count) const {
    nn::InferenceGuard guard;
    std::vector<at::Tensor> outputs = network_.forward(to_input(pixels, count, crop_, input_));
    at::Tensor object;
    if (has_object_) {
        std::vector<at::Tensor> kept;
        std::vector<at::Tensor> objects;
        for (std::size_t i = 0; i < outputs.size(); ++i) (i % 4 == 1 ? objects : kept).push_back(outputs[i]);
        outputs = std::move(kept);
        for (at::Tensor& map : objects) map = map.permute({0, 2, 3, 1}).reshape({count, -1});
        object = at::cat(objects, 1);
    }
    const FaceRows rows = to_rows(outputs);
    const PointTensors points = to_tensors(points_);
    at::Tensor scores = rows.scores.sigmoid();
    if (has_object_) scores = (scores * object.sigmoid()).sqrt();
    return {to_vector(scores), to_vector(decode_boxes(rows.boxes, points.corner, points.stride)),
            to_vector(rows.landmarks * points.stride + points.corner.repeat({1, 5}))};
}

}  // namespace emotion::train
