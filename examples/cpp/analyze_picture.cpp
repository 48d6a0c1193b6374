// Faces and expressions of one picture. usage: analyze_picture PICTURE
#include <cstdio>

#include "emotion/emotion.hpp"

int main(int argc, char** argv) try {
    if (argc != 2) throw emotion::Error(emotion::ErrorCode::invalid_argument, "usage: analyze_picture PICTURE");
    emotion::Image image = emotion::read_image(argv[1]);
    std::vector<emotion::Face> faces = emotion::FaceDetector().detect(image);
    std::vector<emotion::Emotion> emotions = emotion::EmotionClassifier().classify(image, faces);
    for (std::size_t i = 0; i < faces.size(); ++i)
        std::printf("%s %.2f at (%.0f, %.0f)-(%.0f, %.0f)\n", emotions[i].label().c_str(),
                    emotions[i].probabilities[emotions[i].label_index()], faces[i].box.x1, faces[i].box.y1,
                    faces[i].box.x2, faces[i].box.y2);
} catch (const emotion::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
