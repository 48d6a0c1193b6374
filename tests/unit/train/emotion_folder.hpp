#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "emotion/image.hpp"
#include "emotion/image_io.hpp"

/// A folder of the test's own, removed at the end of the scope.
class EmotionFolder {
public:
    EmotionFolder()
        : path_(std::filesystem::temp_directory_path() / ("emotion-train-" + std::to_string(std::random_device{}()))) {
        std::filesystem::create_directories(path_);
    }
    ~EmotionFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    EmotionFolder(const EmotionFolder&) = delete;
    EmotionFolder& operator=(const EmotionFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

private:
    std::filesystem::path path_;
};

/// A 48 x 48 grey picture whose stripes tell the class apart: `kind` stripes across for 0 ... 3, along for 4 ... 7.
inline emotion::Image striped_picture(int kind, int phase) {
    emotion::Image image(48, 48, emotion::PixelFormat::gray8);
    for (int y = 0; y < 48; ++y)
        for (int x = 0; x < 48; ++x) {
            const double place = (kind < 4 ? x : y) + phase % 5;
            const double wave = std::sin(place * (1 + kind % 4) * 0.3);
            image.row(y)[x] = static_cast<std::uint8_t>(128 + 90 * wave);
        }
    return image;
}

/// A table of `count` colour pictures: pairs of the same striped picture, reddish (anger) and bluish (sadness), that
/// are the same in grey.
inline void write_tinted_set(const EmotionFolder& folder, int count) {
    std::string table = "image,emotion\n";
    std::filesystem::create_directories(folder / "tinted");
    for (int i = 0; i < count; ++i) {
        const bool red = i % 2 == 0;
        const emotion::Image grey = striped_picture(i / 2 % 8, i / 2);
        emotion::Image image(48, 48, emotion::PixelFormat::rgb8);
        for (int y = 0; y < 48; ++y)
            for (int x = 0; x < 48; ++x) {
                const double level = 0.5 * grey.row(y)[x] + 64;
                // Grey is 0.299 r + 0.587 g + 0.114 b.
                const double tint[] = {red ? 28.0 : -10.0, red ? -11.92 : 0.0, red ? -12.0 : 26.23};
                for (int c = 0; c < 3; ++c) image.row(y)[3 * x + c] = static_cast<std::uint8_t>(level + tint[c] + 0.5);
            }
        const std::string name = std::to_string(1000 + i) + ".png";
        emotion::write_image(folder / ("tinted/" + name), image);
        table += name + (red ? ",anger\n" : ",sadness\n");
    }
    folder.write("tinted/labels.csv", table);
}

/// A FER+ folder of `count` striped pictures, and a table of half as many with valence and arousal.
inline void write_striped_sets(const EmotionFolder& folder, int count) {
    std::string votes;
    std::string table = "image,emotion,valence,arousal\n";
    std::filesystem::create_directories(folder / "fer/sub");
    std::filesystem::create_directories(folder / "va/images");
    for (int i = 0; i < count; ++i) {
        const int kind = i % 4;
        const std::string name = "fer" + std::to_string(1000 + i) + ".png";
        emotion::write_image(folder / ("fer/" + name), striped_picture(kind, i));
        votes += name + ",\"(0, 0, 48, 48)\"";
        for (int k = 0; k < 10; ++k) votes += k == kind ? ",9" : k == (kind + 1) % 4 ? ",1" : ",0";
        votes += "\n";
        if (i % 2 == 0) {
            emotion::write_image(folder / ("va/images/" + name), striped_picture(kind + 4, i));
            table += "images/" + name + (kind == 0 ? ",happiness,0.8,0.1\n" : ",sadness,-0.6,-0.4\n");
        }
    }
    folder.write("fer/label.csv", votes);
    folder.write("va/labels.csv", table);
}
