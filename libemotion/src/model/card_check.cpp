#include "model/card_check.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "model/json.hpp"
#include "model/model_folder.hpp"
#include "model/sha256.hpp"

namespace emotion {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* kNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789._-";

/// Gathers what every check needs: throws "WHERE: KEY PROBLEM" with the caller's code.
struct Checker {
    ErrorCode code;
    const std::string& where;

    void expect(bool holds, const char* key, const std::string& problem) const {
        if (!holds) fail(code, "{}: {} {}", where, key, problem);
    }

    /// low <= value <= high; NaN fails.
    void range(const char* key, double value, double low, double high) const {
        expect(value >= low && value <= high, key, fmt::format("must be in [{}, {}], got {}", low, high, value));
    }

    void above(const char* key, double value, double low, double high) const {
        expect(value > low && value <= high, key, fmt::format("must be in ({}, {}], got {}", low, high, value));
    }
};

void check_architecture(const ArchitectureSpec& spec, const Checker& check) {
    check.expect(is_model_name(spec.name), "architecture.name",
                 fmt::format("must be made of a-z, 0-9, '.', '_' and '-', got '{}'", spec.name));
    for (const auto& [key, numbers] : spec.parameters) {
        const std::string full = "architecture.parameters." + key;
        check.expect(!numbers.empty() && numbers.size() <= 256, full.c_str(), "must be a number or 1 to 256 numbers");
        for (double number : numbers)
            check.expect(std::abs(number) <= 1e9, full.c_str(), fmt::format("must be in [-1e9, 1e9], got {}", number));
    }
}

void check_input(const InputSpec& input, const Checker& check) {
    check.range("input.height", input.height, 0, 65'536);
    check.range("input.width", input.width, 0, 65'536);
    check.range("input.stride", input.stride, 1, 1024);
    for (int side : {input.height, input.width})
        check.expect(side % input.stride == 0, "input",
                     fmt::format("has the side {} px, which is no multiple of its stride {}", side, input.stride));
    for (std::size_t i = 0; i < 3; ++i) {
        check.range("input.mean", input.mean[i], -1e6, 1e6);
        check.range("input.scale", input.scale[i], -1e6, 1e6);
        check.expect(input.scale[i] != 0, "input.scale", "must not be 0");
    }
}

void check_labels(const std::vector<std::string>& labels, const Checker& check) {
    check.expect(labels.size() >= 2 && labels.size() <= 1000, "labels",
                 fmt::format("must be 2 to 1000 texts, got {}", labels.size()));
    std::set<std::string> seen;
    for (const std::string& label : labels) {
        check.expect(!label.empty(), "labels", "must not hold an empty text");
        check.expect(seen.insert(label).second, "labels", fmt::format("must differ, '{}' stands twice", label));
    }
}

/// One number of a calibration for each label.
void check_row(const std::vector<double>& row, std::size_t labels, const std::string& key, const Checker& check) {
    check.expect(row.size() == labels, key.c_str(),
                 fmt::format("must have a number for each of the {} labels, got {}", labels, row.size()));
    for (double number : row) check.range(key.c_str(), number, -1e6, 1e6);
}

void check_calibrations(const ModelCard& card, const Checker& check) {
    for (const auto& [name, calibration] : card.calibrations) {
        check.expect(is_model_name(name), "calibrations",
                     fmt::format("must have names of {}, got '{}'", kModelNameRule, name));
        const std::string weights = "calibrations." + name + ".weights";
        check.expect(calibration.weights.size() == card.labels.size(), weights.c_str(),
                     fmt::format("must have a row for each of the {} labels, got {}", card.labels.size(),
                                 calibration.weights.size()));
        for (const std::vector<double>& row : calibration.weights) check_row(row, card.labels.size(), weights, check);
        check_row(calibration.bias, card.labels.size(), "calibrations." + name + ".bias", check);
    }
}

void check_emotion(const ModelCard& card, const Checker& check) {
    check.expect(card.defaults.empty(), "defaults", "belongs to models of the task faces");
    check.expect(card.input.height > 0 && card.input.width > 0, "input",
                 "must have a fixed height and width for the task emotion");
    if (card.crop.landmarks)
        for (const auto& point : *card.crop.landmarks)
            for (float coordinate : point) check.range("crop.landmarks", coordinate, -1e5, 1e5);
    check.range("crop.margin", card.crop.margin, 0, 4);
    check_labels(card.labels, check);
    check.above("temperature", card.temperature, 0, 1000);
    check_calibrations(card, check);
}

void check_faces(const ModelCard& card, const Checker& check) {
    check.expect(card.labels.empty() && card.crop == CropSpec{} && card.temperature == 1 && card.calibrations.empty(),
                 "task", "is faces, which has no labels, crop, temperature or calibrations");
    for (const char* key : {"min_score", "nms_iou", "smallest_face_px"})
        check.expect(card.defaults.contains(key), "defaults", fmt::format("lacks the key {}", key));
    check.expect(card.defaults.size() == 3, "defaults", "takes min_score, nms_iou and smallest_face_px, nothing else");
    check.range("defaults.min_score", card.defaults.at("min_score"), 0, 1);
    check.above("defaults.nms_iou", card.defaults.at("nms_iou"), 0, 1);
    check.above("defaults.smallest_face_px", card.defaults.at("smallest_face_px"), 0, 10'000);
}

void check_weights(const ModelCard& card, const Checker& check) {
    if (card.weights_sha256.empty()) return;
    const std::string& file = card.weights_file;
    check.expect(is_model_name(file) && file.ends_with(".safetensors"), "weights.file",
                 fmt::format("must be a plain file name of a-z, 0-9, '.', '_' and '-' that ends in .safetensors, got "
                             "'{}'",
                             file));
    check.expect(card.weights_bytes >= 1 && card.weights_bytes <= kMaxWeightsBytes, "weights.bytes",
                 fmt::format("must be in [1, {}], got {}", kMaxWeightsBytes, card.weights_bytes));
    check.expect(is_sha256(card.weights_sha256), "weights.sha256",
                 fmt::format("must be 64 lower-case hexadecimal digits, got '{}'", card.weights_sha256));
}

/// Whether a list can stand on one line: it holds no object, and lists only of one level.
bool is_flat(const json& list) {
    return std::none_of(list.begin(), list.end(), [](const json& item) {
        return item.is_object() || (item.is_array() && std::any_of(item.begin(), item.end(),
                                                                   [](const json& x) { return x.is_structured(); }));
    });
}

std::string one_line(const json& value) {
    if (!value.is_array()) return value.dump();
    std::vector<std::string> items;
    for (const json& item : value) items.push_back(one_line(item));
    return fmt::format("[{}]", fmt::join(items, ", "));
}

void dump(const json& value, std::size_t indent, std::string& text) {
    if (!value.is_structured() || value.empty() || (value.is_array() && is_flat(value))) {
        text += one_line(value);
        return;
    }
    const std::string margin(indent + 2, ' ');
    text += value.is_object() ? "{" : "[";
    bool first = true;
    for (const auto& [key, item] : value.items()) {
        text += first ? "\n" : ",\n";
        text += margin;
        if (value.is_object()) text += json(key).dump() + ": ";
        dump(item, indent + 2, text);
        first = false;
    }
    text += '\n';
    text.append(indent, ' ');
    text += value.is_object() ? '}' : ']';
}

}  // namespace

bool is_model_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= 64 && name.front() != '.' &&
           name.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

void check_card(const ModelCard& card, ErrorCode code, const std::string& where) {
    const Checker check{code, where};
    check.expect(is_model_name(card.name), "name", fmt::format("must be {}, got '{}'", kModelNameRule, card.name));
    check.range("revision", card.revision, 1, 1e6);
    check.expect(card.task == "faces" || card.task == "emotion", "task",
                 fmt::format("must be faces or emotion, got '{}'", card.task));
    check_architecture(card.architecture, check);
    check_input(card.input, check);
    if (card.task == "emotion")
        check_emotion(card, check);
    else
        check_faces(card, check);
    check_weights(card, check);
}

json plain_number(double number) {
    // Whole numbers below 2^53 are exact in both types.
    if (number == std::floor(number) && std::abs(number) < 9.0e15) return static_cast<std::int64_t>(number);
    return number;
}

json plain_number(float number) {
    // The nearest double of the shortest text that names this float: 0.1f is written 0.1.
    return plain_number(std::stod(fmt::format("{}", number)));
}

std::string dump_card(const json& card) {
    std::string text;
    try {
        dump(card, 0, text);
    } catch (const nlohmann::json::exception&) {
        fail(ErrorCode::invalid_argument, "model card: a text is not valid UTF-8");
    }
    return text + "\n";
}

}  // namespace emotion
