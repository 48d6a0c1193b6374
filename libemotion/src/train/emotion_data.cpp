#include "train/emotion_data.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "base/check.hpp"
#include "emotion/image_io.hpp"
#include "train/emotion_labels.hpp"

namespace emotion::train {
namespace {

/// One picture as `out` floats of the network's layout: planes of height x width bytes.
void read_planes(const std::filesystem::path& path, const EmotionPixels& pixels, std::uint8_t* out) {
    Image image = read_image(path, pixels.format);
    if (image.height() != pixels.height || image.width() != pixels.width)
        image = resize(image, pixels.height, pixels.width);
    const int count = channels(pixels.format);
    for (int y = 0; y < pixels.height; ++y)
        for (int x = 0; x < pixels.width; ++x)
            for (int c = 0; c < count; ++c)
                out[(c * pixels.height + y) * pixels.width + x] = image.row(y)[x * count + c];
}

EmotionSamples read_dataset(const EmotionDataset& set, const EmotionPixels& pixels) {
    set.validate();
    const std::vector<LabelledPicture> labels = read_emotion_labels(set);
    const std::filesystem::path folder = pictures_folder(set);
    const auto n = static_cast<std::int64_t>(labels.size());
    EmotionSamples s;
    s.pixels = at::zeros({n, channels(pixels.format), pixels.height, pixels.width}, at::kByte);
    s.classes = at::zeros({n, 8});
    s.class_weight = at::zeros({n});
    s.majority = at::full({n}, -1, at::kLong);
    s.clear = at::zeros({n}, at::kBool);
    s.va = at::zeros({n, 2});
    s.va_weight = at::zeros({n});
    const std::int64_t bytes = n > 0 ? s.pixels[0].numel() : 0;
    std::int64_t i = 0;
    for (const LabelledPicture& label : labels) {
        try {
            read_planes(folder / label.name, pixels, s.pixels.mutable_data_ptr<std::uint8_t>() + i * bytes);
        } catch (const Error& error) {
            s.skipped.emplace_back(error.what());
            continue;
        }
        const std::array<float, 2> va = label.va ? *label.va : mean_circumplex(label.classes);
        std::copy(label.classes.begin(), label.classes.end(), s.classes.mutable_data_ptr<float>() + i * 8);
        std::copy(va.begin(), va.end(), s.va.mutable_data_ptr<float>() + i * 2);
        s.class_weight.mutable_data_ptr<float>()[i] = label.has_classes ? static_cast<float>(set.class_weight) : 0;
        s.va_weight.mutable_data_ptr<float>()[i] = label.va ? static_cast<float>(set.va_weight) : 0;
        s.majority.mutable_data_ptr<std::int64_t>()[i] = set.class_weight > 0 ? label.majority : -1;
        s.clear.mutable_data_ptr<bool>()[i] = label.clear;
        ++i;
    }
    require(i > 0, "data set: {} (part {}) holds no labelled picture that can be read{}{}", set.path.string(), set.part,
            s.skipped.empty() ? "" : ", the first: ", s.skipped.empty() ? "" : s.skipped.front());
    for (at::Tensor* t : {&s.pixels, &s.classes, &s.class_weight, &s.majority, &s.clear, &s.va, &s.va_weight})
        *t = t->narrow(0, 0, i);
    return s;
}

}  // namespace

EmotionPixels emotion_pixels(const InputSpec& input) {
    const PixelFormat format = input.color == InputColor::gray  ? PixelFormat::gray8
                               : input.color == InputColor::bgr ? PixelFormat::bgr8
                                                                : PixelFormat::rgb8;
    return {input.height, input.width, format};
}

EmotionSamples read_emotion_datasets(const std::vector<EmotionDataset>& sets, const EmotionPixels& pixels) {
    require(!sets.empty(), "data set: the list of data sets is empty");
    std::vector<EmotionSamples> parts;
    for (const EmotionDataset& set : sets) parts.push_back(read_dataset(set, pixels));
    if (parts.size() == 1) return parts.front();
    auto join = [&](at::Tensor EmotionSamples::*field) {
        std::vector<at::Tensor> tensors;
        for (const EmotionSamples& part : parts) tensors.push_back(part.*field);
        return at::cat(tensors);
    };
    EmotionSamples all;
    for (auto field :
         {&EmotionSamples::pixels, &EmotionSamples::classes, &EmotionSamples::class_weight, &EmotionSamples::majority,
          &EmotionSamples::clear, &EmotionSamples::va, &EmotionSamples::va_weight})
        all.*field = join(field);
    for (const EmotionSamples& part : parts)
        all.skipped.insert(all.skipped.end(), part.skipped.begin(), part.skipped.end());
    return all;
}

}  // namespace emotion::train
