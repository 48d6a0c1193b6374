#include "emotion/labelled_face.hpp"

#include "train/emotion_labels.hpp"
#include "train/emotion_samples.hpp"

namespace emotion {

std::vector<LabelledFace> read_emotion_labels(const EmotionDataset& data) {
    data.validate();
    std::vector<LabelledFace> faces;
    for (const train::LabelledPicture& picture : train::read_emotion_labels(data)) {
        LabelledFace face{.path = train::pictures_folder(data) / picture.name};
        if (picture.majority >= 0 && data.class_weight > 0) {
            face.label = train::emotion_labels()[static_cast<std::size_t>(picture.majority)];
            face.clear = picture.clear;
        }
        if (picture.va && data.va_weight > 0) {
            face.valence = (*picture.va)[0];
            face.arousal = (*picture.va)[1];
        }
        if (!face.label.empty() || face.valence) faces.push_back(std::move(face));
    }
    return faces;
}

std::optional<int> find_emotion_label(const std::string& name) {
    const int index = train::emotion_label_index(name);
    return index < 0 ? std::nullopt : std::optional(index);
}

}  // namespace emotion
