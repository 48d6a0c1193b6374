#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "emotion/evaluate_faces.hpp"
#include "emotion/image.hpp"
#include "emotion/image_io.hpp"

/// Pictures with bright squares in place of faces, so that a test can see where a label should be.

/// Fills a rectangle of an rgb8 picture, clipped to it.
inline void fill(emotion::Image& image, int x1, int y1, int x2, int y2, std::uint8_t value) {
    for (int y = std::max(0, y1); y < std::min(image.height(), y2); ++y)
        for (int x = 3 * std::max(0, x1); x < 3 * std::min(image.width(), x2); ++x) image.row(y)[x] = value;
}

/// A face of `size` px at (x, y) with landmarks at its corners and in its middle.
inline emotion::FaceLabel square_face(float x, float y, float size) {
    emotion::FaceLabel face;
    face.box = {x, y, x + size, y + size};
    const float low = size * 0.25f;
    const float high = size * 0.75f;
    face.landmarks = {emotion::Point{x + low, y + low}, emotion::Point{x + high, y + low},
                      emotion::Point{x + size / 2, y + size / 2}, emotion::Point{x + low, y + high},
                      emotion::Point{x + high, y + high}};
    face.has_landmarks = true;
    return face;
}

/// A dark picture with bright squares at the places of its faces.
inline emotion::Image square_picture(int height, int width, const std::vector<emotion::FaceLabel>& faces) {
    emotion::Image image(height, width, emotion::PixelFormat::rgb8);
    fill(image, 0, 0, width, height, 20);
    for (const emotion::FaceLabel& face : faces)
        fill(image, static_cast<int>(face.box.x1), static_cast<int>(face.box.y1), static_cast<int>(face.box.x2),
             static_cast<int>(face.box.y2), 230);
    return image;
}

/// A folder of the test's own, removed at the end of the scope.
class FaceFolder {
public:
    explicit FaceFolder(const std::string& name)
        : path_(std::filesystem::temp_directory_path() /
                ("emotion-" + name + "-" + std::to_string(std::random_device{}()))) {
        std::filesystem::create_directories(path_ / "images");
    }
    ~FaceFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    FaceFolder(const FaceFolder&) = delete;
    FaceFolder& operator=(const FaceFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path file(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

/// Writes `count` pictures of 96 x 96 px with a square each, and their labels as the splits train and val.
inline void write_square_set(const FaceFolder& folder, int count) {
    std::vector<emotion::LabelledPicture> pictures;
    for (int i = 0; i < count; ++i) {
        const float size = 20 + static_cast<float>(i * 7 % 24);
        const float x = static_cast<float>(i * 13 % 40);
        const float y = static_cast<float>(i * 29 % 40);
        emotion::LabelledPicture picture;
        picture.path = folder.path() / "images" / ("square-" + std::to_string(i) + ".png");
        picture.faces = {square_face(x, y, size)};
        emotion::write_image(picture.path, square_picture(96, 96, picture.faces));
        pictures.push_back(picture);
    }
    emotion::write_face_labels(folder.path(), "train", pictures);
    emotion::write_face_labels(folder.path(), "val", pictures);
}
