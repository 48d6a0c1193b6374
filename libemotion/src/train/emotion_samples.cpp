#include "train/emotion_samples.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cctype>

namespace emotion::train {

const std::vector<std::string>& emotion_labels() {
    static const std::vector<std::string> labels{"neutral", "happiness", "surprise", "sadness",
                                                 "anger",   "disgust",   "fear",     "contempt"};
    return labels;
}

int emotion_label_index(const std::string& name) {
    static const std::vector<std::vector<std::string>> words{
        {"neutral"},        {"happiness", "happy"},   {"surprise", "surprised"},     {"sadness", "sad"},
        {"anger", "angry"}, {"disgust", "disgusted"}, {"fear", "fearful", "afraid"}, {"contempt"}};
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (std::size_t i = 0; i < words.size(); ++i)
        if (std::find(words[i].begin(), words[i].end(), lower) != words[i].end()) return static_cast<int>(i);
    return -1;
}

bool EmotionSamples::has_classes() const {
    return count() > 0 && class_weight.gt(0).any().item<bool>();
}
bool EmotionSamples::has_va() const {
    return count() > 0 && va_weight.gt(0).any().item<bool>();
}

}  // namespace emotion::train
