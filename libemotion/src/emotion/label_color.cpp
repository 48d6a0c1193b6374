#include "emotion/label_color.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>

namespace emotion {
namespace {

struct NamedColor {
    const char* name;
    const char* other_name;
    Color color;
};

constexpr std::array<NamedColor, 8> kColors{{{"anger", "angry", {255, 0, 0}},
                                             {"disgust", "disgusted", {0, 255, 0}},
                                             {"fear", "afraid", {255, 255, 255}},
                                             {"happiness", "happy", {255, 255, 0}},
                                             {"sadness", "sad", {255, 153, 153}},
                                             {"surprise", "surprised", {76, 0, 153}},
                                             {"neutral", "uncertain", {96, 96, 96}},
                                             {"contempt", "contemptuous", {255, 128, 0}}}};

/// Full colours around the circle, `hue` in [0, 1), a little pale.
Color from_hue(double hue) {
    const auto part = [&](double shift) {
        const double place = std::abs(std::fmod(hue + shift, 1.0) * 6 - 3) - 1;
        return static_cast<std::uint8_t>(std::lround(75 + 145 * std::clamp(place, 0.0, 1.0)));
    };
    return {part(0), part(2.0 / 3), part(1.0 / 3)};
}

}  // namespace

Color label_color(const std::string& label) {
    std::string name = label;
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const NamedColor& known : kColors)
        if (name == known.name || name == known.other_name) return known.color;
    std::uint32_t hash = 2166136261u;  // FNV-1a
    for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return from_hue(hash / 4294967296.0);
}

}  // namespace emotion
