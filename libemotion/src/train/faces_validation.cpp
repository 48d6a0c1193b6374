#include "train/faces_validation.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.hpp"
#include "emotion/image_io.hpp"
#include "train/faces_loss.hpp"

namespace emotion::train {
namespace {

constexpr float kLowScore = 0.02f;  // the tail of the precision-recall curve needs weak boxes
constexpr float kNmsIou = 0.45f;

int up_to_multiple(int value, int step) {
    return (value + step - 1) / step * step;
}

}  // namespace

std::vector<ScoredBox> suppress(std::vector<ScoredBox> boxes, float iou_limit) {
    std::stable_sort(boxes.begin(), boxes.end(),
                     [](const ScoredBox& a, const ScoredBox& b) { return a.score > b.score; });
    std::vector<ScoredBox> kept;
    for (const ScoredBox& box : boxes)
        if (std::none_of(kept.begin(), kept.end(),
                         [&](const ScoredBox& better) { return iou(better.box, box.box) > iou_limit; }))
            kept.push_back(box);
    return kept;
}

std::vector<ScoredBox> find_faces(const nn::Module& module, const InputSpec& input, const Image& picture,
                                  float min_score, float nms_iou) {
    at::NoGradGuard no_grad;
    const int height = up_to_multiple(picture.height(), input.stride);
    const int width = up_to_multiple(picture.width(), input.stride);
    at::Tensor x = at::zeros({1, height, width, 3}, at::kFloat);
    at::Tensor bytes =
        at::from_blob(const_cast<std::uint8_t*>(picture.data()), {1, picture.height(), picture.width(), 3}, at::kByte);
    x.narrow(1, 0, picture.height())
        .narrow(2, 0, picture.width())
        .copy_(bytes.to(at::kFloat).sub_(input.mean[0]).mul_(input.scale[0]));
    const c10::Device device = module.parameters().front().device();
    const FaceRows rows = to_rows(module.forward(x.permute({0, 3, 1, 2}).to(device)));
    const at::Tensor scores = rows.scores.sigmoid().to(at::kCPU).contiguous();
    const at::Tensor raw = rows.boxes.to(at::kCPU).contiguous();
    const MapPoints points = map_points(height, width);
    std::vector<ScoredBox> boxes;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const float score = scores.const_data_ptr<float>()[i];
        if (!(score >= min_score)) continue;
        const float* d = raw.const_data_ptr<float>() + 4 * i;
        const float s = points.stride[i];
        const Point centre{points.x[i] + d[0] * s, points.y[i] + d[1] * s};
        const float half_width = std::exp(std::min(d[2], 6.0f)) * s / 2;
        const float half_height = std::exp(std::min(d[3], 6.0f)) * s / 2;
        boxes.push_back(
            {{centre.x - half_width, centre.y - half_height, centre.x + half_width, centre.y + half_height}, score});
    }
    return suppress(std::move(boxes), nms_iou);
}

FaceEvaluation validate_faces(const nn::Module& module, const InputSpec& input, const std::filesystem::path& folder,
                              int limit, std::vector<std::string>& notes) {
    const std::vector<LabelledPicture> all = read_face_labels(folder, "val");
    const std::size_t count = limit > 0 ? std::min(all.size(), static_cast<std::size_t>(limit)) : all.size();
    std::vector<LabelledPicture> pictures;
    std::vector<std::vector<ScoredBox>> found;
    for (std::size_t i = 0; i < count; ++i) {
        const LabelledPicture& picture = all[i * all.size() / count];
        try {
            found.push_back(find_faces(module, input, read_image(picture.path, PixelFormat::rgb8), kLowScore, kNmsIou));
            pictures.push_back(picture);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::io) throw;
            notes.push_back(error.what());
        }
    }
    return evaluate_faces(found, pictures);
}

}  // namespace emotion::train
