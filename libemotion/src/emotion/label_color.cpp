#include "emotion/label_color.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>

namespace emotion {
namespace {

struct KnownLabel {
    const char* name;
    const char* other_name;
    Color color;
    bool is_unpleasant = false;
};

constexpr std::array<KnownLabel, 8> kKnown{{{"anger", "angry", {255, 0, 0}, true},
                                            {"disgust", "disgusted", {0, 255, 0}, true},
                                            {"fear", "afraid", {255, 255, 255}, true},
                                            {"happiness", "happy", {255, 255, 0}},
                                            {"sadness", "sad", {255, 153, 153}, true},
                                            {"surprise", "surprised", {76, 0, 153}},
                                            {"neutral", "uncertain", {96, 96, 96}},
                                            {"contempt", "contemptuous", {255, 128, 0}, true}}};

std::string lower_case(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// nullptr for a label that is no known emotion.
const KnownLabel* find_known(const std::string& name) {
    const auto found = std::find_if(kKnown.begin(), kKnown.end(), [&](const KnownLabel& known) {
        return name == known.name || name == known.other_name;
    });
    return found == kKnown.end() ? nullptr : &*found;
}

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
    const std::string name = lower_case(label);
    if (const KnownLabel* known = find_known(name)) return known->color;
    std::uint32_t hash = 2166136261u;  // FNV-1a
    for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return from_hue(hash / 4294967296.0);
}

bool is_unpleasant(const std::string& label) {
    const KnownLabel* known = find_known(lower_case(label));
    return known && known->is_unpleasant;
}

}  // namespace emotion
