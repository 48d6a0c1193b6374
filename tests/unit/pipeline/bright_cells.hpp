#pragma once

/// What runs of Emanalysis are tested on: models that see bright cells, and scenes with two of them.

#include "emotion/emanalysis.hpp"
#include "support/models.hpp"
#include "support/pictures.hpp"

namespace test_cells {

/// The detector of bright cells and a classifier of random weights.
struct Models {
    test_models::TemporaryFolder faces, emotions;
    emotion::EmanalysisOptions options;
    Models() {
        test_models::write_bright_cell_detector(faces.path());
        test_models::write(emotions.path(), test_models::random_emotion_card(emotion::InputColor::rgb),
                           test_models::fill_random);
        options.detector.model = faces.string();
        options.classifier.model = emotions.string();
        options.detector.device = options.classifier.device = "cpu";
        options.detector.precision = options.classifier.precision = emotion::Precision::f32;
    }
};

inline constexpr double kFps = 10;

/// Two bright cells, one of which goes to the right by a pixel a frame (the detector sees cells of 8 px, so it moves in
/// steps); the other is hidden in frames 10 to 14.
inline emotion::Image scene(int number) {
    emotion::Image image(96, 320, emotion::PixelFormat::bgr8);
    test_pictures::paint(image, 0, 0, 320, 96, 20, 30, 10);
    test_pictures::paint(image, 16 + number / 8 * 8, 8, 8, 8, 255, 255, 255);
    if (number < 10 || number > 14) test_pictures::paint(image, 240, 64, 8, 8, 255, 255, 255);
    return image;
}

}  // namespace test_cells
