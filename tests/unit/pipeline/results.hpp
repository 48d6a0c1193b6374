#pragma once

#include <memory>
#include <string>
#include <vector>

#include "emotion/emanalysis.hpp"

namespace test_results {

inline const std::vector<std::string> kLabels{"neutral", "happiness", "anger"};

/// A face at (x, 40), 60 px large, that shows the label of this number with 80 %.
inline emotion::TrackedFace face(std::int64_t id, float x, std::size_t label) {
    using namespace emotion;
    static const auto labels = std::make_shared<const std::vector<std::string>>(kLabels);
    TrackedFace face;
    face.track = {id, {{x, 40, x + 60, 100}, 0.9f, std::nullopt}, true, 0, 0, 1};
    Emotion emotion{labels, {0.1f, 0.1f, 0.1f}, 0.25f, -0.5f};
    emotion.probabilities[label] = 0.8f;
    face.emotion = face.now = emotion;
    face.pose = HeadPose{10, -5, 2.5f};
    return face;
}

/// A frame of 320 x 240 px with these faces.
inline emotion::FrameResult frame(std::int64_t number, std::vector<emotion::TrackedFace> faces) {
    using namespace emotion;
    FrameResult result;
    result.number = number;
    result.time_s = static_cast<double>(number) / 25;
    Image image(240, 320, PixelFormat::bgr8);
    for (int y = 0; y < 240; ++y)
        for (int i = 0; i < 960; ++i) image.row(y)[i] = static_cast<std::uint8_t>((i * 7 + y * 13) % 200);
    result.image = std::make_shared<const Image>(std::move(image));
    std::vector<Emotion> emotions;
    std::vector<std::optional<HeadPose>> poses;
    for (const TrackedFace& one : faces) {
        if (one.emotion) emotions.push_back(*one.emotion);
        poses.push_back(one.pose);
    }
    result.statistics = frame_statistics(static_cast<int>(faces.size()), emotions, poses);
    result.faces = std::move(faces);
    return result;
}

}  // namespace test_results
