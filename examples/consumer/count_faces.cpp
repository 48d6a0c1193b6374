// A program of its own that uses an installed libemotion: counts the faces of a picture.
#include <cstdio>

#include <emotion/emotion.hpp>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: count_faces PICTURE\n");
        return 2;
    }
    try {
        emotion::Image image = emotion::read_image(argv[1]);
        emotion::FaceDetector detector;
        std::printf("%zu faces, libemotion %s\n", detector.detect(image).size(), EMOTION_VERSION);
    } catch (const emotion::Error& error) {
        std::fprintf(stderr, "count_faces: %s\n", error.what());
        return 1;
    }
    return 0;
}
