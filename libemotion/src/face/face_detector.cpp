#include "emotion/face_detector.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/check.hpp"
#include "emotion/model_store.hpp"
#include "face/decode.hpp"
#include "face/network_input.hpp"
#include "face/nms.hpp"
#include "face/working_size.hpp"
#include "nn/executor.hpp"
#include "nn/inference.hpp"

namespace emotion {
namespace {

/// Pictures of one size go through the network together up to this many pixels: enough to fill it, little enough to
/// keep its activations in the processor's caches and a long list of pictures in bounded memory.
constexpr std::int64_t kBatchPixels = 4'000'000;

/// Where the maps of one stride stand among the network's outputs; -1 where the network has no such map.
struct LevelOutputs {
    int stride;
    int score;
    int object;
    int box;
    int landmarks;
};

std::vector<LevelOutputs> find_outputs(MapCoding coding, const std::vector<std::string>& names) {
    auto position = [&](const char* what, int stride) {
        auto found = std::find(names.begin(), names.end(), fmt::format("{}_{}", what, stride));
        if (found == names.end())
            fail(ErrorCode::model_format, "FaceDetector: the network gives no output {}_{}", what, stride);
        return static_cast<int>(found - names.begin());
    };
    const bool with_object = coding == MapCoding::cells_with_object;
    std::vector<LevelOutputs> levels;
    for (int stride : {8, 16, 32})
        levels.push_back({stride, position(coding == MapCoding::cells ? "score" : "class", stride),
                          with_object ? position("object", stride) : -1, position("box", stride),
                          position("landmarks", stride)});
    return levels;
}

MapView map_of(const std::vector<at::Tensor>& outputs, int position, std::int64_t picture) {
    if (position < 0) return {};
    const at::Tensor& map = outputs[static_cast<std::size_t>(position)];
    return {map.const_data_ptr<float>() + picture * map.stride(0),
            static_cast<int>(map.size(1)),
            static_cast<int>(map.size(2)),
            static_cast<int>(map.size(3)),
            map.stride(1),
            map.stride(2),
            map.stride(3)};
}

std::vector<LevelMaps> maps_of(const std::vector<at::Tensor>& outputs, const std::vector<LevelOutputs>& levels,
                               std::int64_t picture) {
    std::vector<LevelMaps> maps;
    for (const LevelOutputs& level : levels)
        maps.push_back({level.stride, map_of(outputs, level.score, picture), map_of(outputs, level.object, picture),
                        map_of(outputs, level.box, picture), map_of(outputs, level.landmarks, picture)});
    return maps;
}

/// From pixels of the working picture to pixels of the picture given.
void map_to_picture(Face& face, float x_scale, float y_scale) {
    face.box = {face.box.x1 * x_scale, face.box.y1 * y_scale, face.box.x2 * x_scale, face.box.y2 * y_scale};
    if (face.landmarks)
        for (Point& point : *face.landmarks) point = {point.x * x_scale, point.y * y_scale};
}

float card_default(const ModelCard& card, const char* key) {
    auto found = card.defaults.find(key);
    if (found == card.defaults.end())
        fail(ErrorCode::model_format, "FaceDetector: the card of model '{}' gives no default for {}", card.name, key);
    return static_cast<float>(found->second);
}

}  // namespace

void FaceDetectorOptions::validate() const {
    require(!model.empty(), "FaceDetector: model must be a name or a folder, got an empty string");
    // Written so that NaN is out of bounds.
    require(!min_score || (*min_score >= 0 && *min_score <= 1), "FaceDetector: min_score must be in [0, 1], got {}",
            min_score.value_or(0));
    require(!nms_iou || (*nms_iou > 0 && *nms_iou <= 1), "FaceDetector: nms_iou must be in (0, 1], got {}",
            nms_iou.value_or(0));
    require(top_k >= 1, "FaceDetector: top_k must be at least 1, got {}", top_k);
    require(max_faces >= 1, "FaceDetector: max_faces must be at least 1, got {}", max_faces);
    require(!min_face_px || (*min_face_px > 0 && std::isfinite(*min_face_px)),
            "FaceDetector: min_face_px must be a number above 0, got {}", min_face_px.value_or(0));
}

struct FaceDetector::Impl {
    FaceDetectorOptions options;
    nn::Executor network;
    MapCoding coding;
    std::vector<LevelOutputs> levels;
    PixelTransform transform;
    double scale = 1;  // working pixels for each pixel of a picture
    mutable InputBuffers buffers;

    explicit Impl(const FaceDetectorOptions& given)
        : options(given),
          network(find_faces_model(given), NetworkForm::compiled, given.device, given.precision),
          coding(map_coding(network.card().architecture.name)),
          levels(find_outputs(coding, network.output_names())),
          transform(pixel_transform(network.card().input)) {
        const ModelCard& card = network.card();
        if (!options.min_score) options.min_score = card_default(card, "min_score");
        if (!options.nms_iou) options.nms_iou = card_default(card, "nms_iou");
        if (options.min_face_px) scale = working_scale(card_default(card, "smallest_face_px"), *options.min_face_px);
        options.validate();
    }

    /// Refuses other models by their card, before their weights are read.
    static std::filesystem::path find_faces_model(const FaceDetectorOptions& given) {
        given.validate();
        std::filesystem::path folder = find_model(given.model);
        const ModelCard card = read_model_card(folder);
        require(card.task == "faces", "FaceDetector: model '{}' is an {} model, expected a faces model", given.model,
                card.task);
        if (card.input.height != 0 || card.input.width != 0)
            fail(ErrorCode::model_format,
                 "FaceDetector: model '{}' takes pictures of {} x {} px only, expected one for any size (0 x 0)",
                 given.model, card.input.width, card.input.height);
        return folder;
    }

    std::vector<std::vector<Face>> detect(std::span<const ImageView> images) const;
    void detect_batch(std::span<const ImageView> images, std::span<const WorkingSize> sizes,
                      std::span<const std::size_t> batch, std::vector<std::vector<Face>>& results) const;
    std::vector<at::Tensor> forward(std::span<const ImageView> images, std::span<const WorkingSize> sizes,
                                    std::span<const std::size_t> batch) const;
    std::vector<Face> faces_of(const std::vector<at::Tensor>& outputs, std::int64_t position, const ImageView& image,
                               const WorkingSize& size) const;
};

std::vector<std::vector<Face>> FaceDetector::Impl::detect(std::span<const ImageView> images) const {
    std::vector<std::vector<Face>> results(images.size());
    std::vector<WorkingSize> sizes;
    std::map<std::pair<int, int>, std::vector<std::size_t>> by_size;
    for (std::size_t i = 0; i < images.size(); ++i) {
        images[i].validate("FaceDetector: image");
        sizes.push_back(working_size(images[i].height, images[i].width, scale, network.card().input.stride));
        by_size[{sizes.back().padded_height, sizes.back().padded_width}].push_back(i);
    }
    for (const auto& [size, members] : by_size) {
        const std::int64_t pixels = static_cast<std::int64_t>(size.first) * size.second;
        const std::size_t at_once = static_cast<std::size_t>(std::max<std::int64_t>(1, kBatchPixels / pixels));
        for (std::size_t begin = 0; begin < members.size(); begin += at_once)
            detect_batch(images, sizes, std::span(members).subspan(begin, std::min(at_once, members.size() - begin)),
                         results);
    }
    return results;
}

void FaceDetector::Impl::detect_batch(std::span<const ImageView> images, std::span<const WorkingSize> sizes,
                                      std::span<const std::size_t> batch,
                                      std::vector<std::vector<Face>>& results) const {
    const nn::InferenceGuard guard;
    const std::vector<at::Tensor> outputs = forward(images, sizes, batch);
    for (std::size_t i = 0; i < batch.size(); ++i)
        results[batch[i]] = faces_of(outputs, static_cast<std::int64_t>(i), images[batch[i]], sizes[batch[i]]);
}

std::vector<at::Tensor> FaceDetector::Impl::forward(std::span<const ImageView> images,
                                                    std::span<const WorkingSize> sizes,
                                                    std::span<const std::size_t> batch) const {
    const std::int64_t count = static_cast<std::int64_t>(batch.size());
    const int height = sizes[batch[0]].padded_height;
    const int width = sizes[batch[0]].padded_width;
    const int depth = channels(transform.format);
    const std::int64_t row_floats = std::int64_t{width} * depth;
    const bool resized = std::any_of(batch.begin(), batch.end(), [&](std::size_t i) {
        return sizes[i].height != images[i].height || sizes[i].width != images[i].width;
    });
    if (!resized && !transform.per_image) {
        const RowTransform rows(transform);
        return network.forward(nn::InputRows{count, depth, height, width, [&](std::int64_t i, int y, float* out) {
                                                 const ImageView& image = images[batch[static_cast<std::size_t>(i)]];
                                                 if (y < image.height) rows.write(image, y, out);
                                                 const std::int64_t done = y < image.height ? image.width * depth : 0;
                                                 std::fill(out + done, out + row_floats, 0.0f);
                                             }});
    }
    InputBuffers::Lease input(buffers, static_cast<std::size_t>(count * height * row_floats));
    for (std::int64_t i = 0; i < count; ++i) {
        const WorkingSize& size = sizes[batch[static_cast<std::size_t>(i)]];
        float* out = input.data() + i * height * row_floats;
        resize_into(images[batch[static_cast<std::size_t>(i)]], size.height, size.width, transform, out, row_floats);
        for (std::int64_t y = 0; y < size.height; ++y)
            std::fill(out + y * row_floats + size.width * depth, out + (y + 1) * row_floats, 0.0f);
        std::fill(out + size.height * row_floats, out + height * row_floats, 0.0f);
    }
    return network.forward(at::from_blob(input.data(), {count, depth, height, width},
                                         {height * row_floats, 1, row_floats, depth}, at::TensorOptions(at::kFloat)));
}

std::vector<Face> FaceDetector::Impl::faces_of(const std::vector<at::Tensor>& outputs, std::int64_t position,
                                               const ImageView& image, const WorkingSize& size) const {
    std::vector<Face> candidates =
        decode(coding, maps_of(outputs, levels, position), *options.min_score, static_cast<std::size_t>(options.top_k));
    std::erase_if(candidates, [&](const Face& face) {  // found in the padding
        return clip(face.box, size.width, size.height).area() <= 0;
    });
    std::vector<Face> faces;
    for (std::size_t i : nms(candidates, *options.nms_iou, static_cast<std::size_t>(options.max_faces))) {
        map_to_picture(candidates[i], static_cast<float>(image.width) / static_cast<float>(size.width),
                       static_cast<float>(image.height) / static_cast<float>(size.height));
        faces.push_back(std::move(candidates[i]));
    }
    return faces;
}

FaceDetector::FaceDetector(const FaceDetectorOptions& options) : impl_(std::make_unique<Impl>(options)) {}
FaceDetector::~FaceDetector() = default;
FaceDetector::FaceDetector(FaceDetector&&) noexcept = default;
FaceDetector& FaceDetector::operator=(FaceDetector&&) noexcept = default;

std::vector<Face> FaceDetector::detect(const ImageView& image) const {
    return std::move(detect({&image, 1})[0]);
}

std::vector<std::vector<Face>> FaceDetector::detect(std::span<const ImageView> images) const {
    return nn::with_torch_errors("FaceDetector", [&] { return impl_->detect(images); });
}

const FaceDetectorOptions& FaceDetector::options() const noexcept {
    return impl_->options;
}
const ModelCard& FaceDetector::card() const noexcept {
    return impl_->network.card();
}
const std::string& FaceDetector::device() const noexcept {
    return impl_->network.device();
}
Precision FaceDetector::precision() const noexcept {
    return impl_->network.precision();
}

}  // namespace emotion
