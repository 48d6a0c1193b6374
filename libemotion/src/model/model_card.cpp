#include "emotion/model_card.hpp"

#include <algorithm>
#include <cmath>

#include "base/files.hpp"
#include "model/calibration.hpp"
#include "model/card_check.hpp"
#include "model/card_reader.hpp"
#include "model/json.hpp"
#include "model/model_folder.hpp"

namespace emotion {
namespace {

using json = nlohmann::ordered_json;

constexpr std::int64_t kMaxSide = 65'536;

InputColor parse_color(const std::string& text, const CardReader& reader) {
    if (text == "rgb") return InputColor::rgb;
    if (text == "bgr") return InputColor::bgr;
    if (text == "gray") return InputColor::gray;
    reader.refuse("color", fmt::format("must be \"rgb\", \"bgr\" or \"gray\", got {}", shown(json(text))));
}

const char* color_text(InputColor color) {
    return color == InputColor::rgb ? "rgb" : color == InputColor::bgr ? "bgr" : "gray";
}

/// One number for each channel; grey has one, which then stands in all three places.
std::array<float, 3> read_channels(CardReader& reader, const std::string& key, InputColor color) {
    const std::vector<double> numbers = reader.numbers(key, color == InputColor::gray ? 1 : 3);
    std::array<float, 3> result{};
    for (std::size_t i = 0; i < 3; ++i) result[i] = static_cast<float>(numbers.size() == 1 ? numbers[0] : numbers[i]);
    return result;
}

json channels_json(const std::array<float, 3>& values, InputColor color) {
    json list = json::array();
    for (std::size_t i = 0; i < (color == InputColor::gray ? 1u : 3u); ++i) list.push_back(plain_number(values[i]));
    return list;
}

InputSpec read_input(CardReader reader) {
    InputSpec input;
    input.height = static_cast<int>(reader.whole("height", 0, kMaxSide));
    input.width = static_cast<int>(reader.whole("width", 0, kMaxSide));
    input.stride = static_cast<int>(reader.whole("stride", 1, 1024));
    input.color = parse_color(reader.text("color"), reader);
    input.mean = read_channels(reader, "mean", input.color);
    input.scale = read_channels(reader, "scale", input.color);
    input.per_image = reader.flag("per_image");
    reader.finish();
    return input;
}

json input_json(const InputSpec& input) {
    json result;
    result["height"] = input.height;
    result["width"] = input.width;
    result["stride"] = input.stride;
    result["color"] = color_text(input.color);
    result["mean"] = channels_json(input.mean, input.color);
    result["scale"] = channels_json(input.scale, input.color);
    result["per_image"] = input.per_image;
    return result;
}

CropSpec read_crop(CardReader reader) {
    CropSpec crop;
    const json& landmarks = reader.value("landmarks");
    if (!landmarks.is_null()) {
        const char* problem = "must be null or a list of five points [x, y]";
        if (!landmarks.is_array() || landmarks.size() != 5) reader.refuse("landmarks", problem);
        crop.landmarks.emplace();
        for (std::size_t i = 0; i < 5; ++i) {
            const json& point = landmarks[i];
            if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number())
                reader.refuse("landmarks", problem);
            (*crop.landmarks)[i] = {point[0].get<float>(), point[1].get<float>()};
        }
    }
    crop.margin = static_cast<float>(reader.number("margin"));
    reader.finish();
    return crop;
}

json crop_json(const CropSpec& crop) {
    json result;
    result["landmarks"] = nullptr;
    if (crop.landmarks) {
        json points = json::array();
        for (const auto& point : *crop.landmarks)
            points.push_back(json::array({plain_number(point[0]), plain_number(point[1])}));
        result["landmarks"] = std::move(points);
    }
    result["margin"] = plain_number(crop.margin);
    return result;
}

ArchitectureSpec read_architecture(CardReader reader) {
    ArchitectureSpec spec;
    spec.name = reader.text("name");
    CardReader parameters = reader.object("parameters");
    for (const std::string& key : parameters.keys()) {
        const json& item = parameters.value(key);
        if (item.is_number())
            spec.parameters[key] = {item.get<double>()};
        else
            spec.parameters[key] = parameters.numbers(key, std::max<std::size_t>(item.size(), 1));
    }
    reader.finish();
    return spec;
}

json architecture_json(const ArchitectureSpec& spec) {
    json parameters = json::object();
    for (const auto& [key, numbers] : spec.parameters) {
        json list = json::array();
        for (double number : numbers) list.push_back(plain_number(number));
        parameters[key] = numbers.size() == 1 ? list[0] : list;
    }
    json result;
    result["name"] = spec.name;
    result["parameters"] = std::move(parameters);
    return result;
}

std::map<std::string, double> read_defaults(CardReader reader) {
    std::map<std::string, double> defaults;
    for (const std::string& key : reader.keys()) defaults[key] = reader.number(key);
    return defaults;
}

void read_weights(CardReader reader, ModelCard& card) {
    card.weights_file = reader.text("file");
    card.weights_bytes = static_cast<std::uint64_t>(reader.whole("bytes", 1, kMaxWeightsBytes));
    card.weights_sha256 = reader.text("sha256");
    if (card.weights_sha256.empty()) reader.refuse("sha256", "must be 64 lower-case hexadecimal digits");
    reader.finish();
}

/// The author's object as JSON. Throws Error{invalid_argument} for a text that is none.
json details_json(const std::string& text) {
    json details;
    try {
        details = parse_json<json>(text, "model card: details");
    } catch (const Error& error) {
        throw Error(ErrorCode::invalid_argument, error.what());
    }
    require(details.is_object(), "model card: details must be an object, got {}", shown(details));
    return details;
}

/// Version 2 is version 1 with calibrations.
bool read_version(CardReader& reader) {
    const json& version = reader.value("format_version");
    if (!version.is_number_integer() || version < 1 || version > kModelFormatVersion)
        reader.refuse("format_version",
                      fmt::format("is {}; this library reads versions 1 to {}", shown(version), kModelFormatVersion));
    reader.set_version(version.get<std::int64_t>());
    return version > 1;
}

}  // namespace

ModelCard parse_model_card(const std::string& text, const std::string& where) {
    const json parsed = parse_json<json>(text, where);
    CardReader reader(parsed, where);
    const bool has_calibrations = read_version(reader);
    ModelCard card;
    card.name = reader.text("name");
    card.revision = static_cast<int>(reader.whole("revision", 1, 1'000'000));
    card.task = reader.text("task");
    card.description = reader.text("description");
    card.license = reader.text("license");
    card.architecture = read_architecture(reader.object("architecture"));
    card.input = read_input(reader.object("input"));
    if (card.task == "emotion") {
        card.crop = read_crop(reader.object("crop"));
        card.labels = reader.texts("labels");
        card.temperature = reader.number("temperature");
    } else if (card.task == "faces") {
        card.defaults = read_defaults(reader.object("defaults"));
    } else {
        reader.refuse("task", fmt::format("must be \"faces\" or \"emotion\", got {}", shown(json(card.task))));
    }
    if (has_calibrations) {
        card.calibrations = read_calibrations(reader.object("calibrations"));
        if (card.calibrations.empty()) reader.refuse("calibrations", "must hold one at least");
    }
    card.details = reader.object("details").all().dump();
    if (reader.has("weights")) read_weights(reader.object("weights"), card);
    reader.finish();
    check_card(card, ErrorCode::model_format, where);
    return card;
}

ModelCard parse_written_card(const std::string& text, const std::string& where) {
    ModelCard card = parse_model_card(text, where);
    if (card.weights_sha256.empty()) fail(ErrorCode::model_format, "{}: weights is missing", where);
    return card;
}

ModelCard read_model_card(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / kCardName;
    return parse_written_card(read_file(path, kMaxCardBytes), path.string());
}

std::string to_json(const ModelCard& card) {
    const std::string where = "model card";
    check_card(card, ErrorCode::invalid_argument, where);
    json result;
    result["format_version"] = card.calibrations.empty() ? 1 : kModelFormatVersion;
    result["name"] = card.name;
    result["revision"] = card.revision;
    result["task"] = card.task;
    result["description"] = card.description;
    result["license"] = card.license;
    result["architecture"] = architecture_json(card.architecture);
    result["input"] = input_json(card.input);
    if (card.task == "emotion") {
        result["crop"] = crop_json(card.crop);
        result["labels"] = card.labels;
        result["temperature"] = plain_number(card.temperature);
    } else {
        json defaults = json::object();
        for (const auto& [key, number] : card.defaults) defaults[key] = plain_number(number);
        result["defaults"] = std::move(defaults);
    }
    if (!card.calibrations.empty()) result["calibrations"] = calibrations_json(card.calibrations);
    result["details"] = details_json(card.details);
    if (!card.weights_sha256.empty()) {
        result["weights"]["file"] = card.weights_file;
        result["weights"]["bytes"] = card.weights_bytes;
        result["weights"]["sha256"] = card.weights_sha256;
    }
    return dump_card(result);
}

}  // namespace emotion
