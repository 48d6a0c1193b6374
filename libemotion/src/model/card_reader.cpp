#include "model/card_reader.hpp"

#include <cmath>

#include "base/check.hpp"

namespace emotion {

std::string shown(const nlohmann::ordered_json& value) {
    std::string text = value.dump(-1, ' ', true);
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    return text;
}

CardReader::CardReader(const json& object, std::string where, std::string path)
    : object_(object), where_(std::move(where)), path_(std::move(path)) {
    if (!object_.is_object())
        fail(ErrorCode::model_format, "{}: {} must be an object, got {}", where_, path_.empty() ? "the card" : path_,
             shown(object_));
}

void CardReader::refuse(const std::string& key, const std::string& problem) const {
    fail(ErrorCode::model_format, "{}: {}{}{} {}", where_, path_, path_.empty() ? "" : ".", key, problem);
}

const CardReader::json& CardReader::value(const std::string& key) {
    asked_.insert(key);
    auto found = object_.find(key);
    if (found == object_.end()) refuse(key, "is missing");
    return *found;
}

std::string CardReader::text(const std::string& key) {
    const json& item = value(key);
    if (!item.is_string()) refuse(key, fmt::format("must be a text, got {}", shown(item)));
    return item.get<std::string>();
}

std::int64_t CardReader::whole(const std::string& key, std::int64_t low, std::int64_t high) {
    const json& item = value(key);
    const std::string problem = fmt::format("must be a whole number in [{}, {}], got {}", low, high, shown(item));
    if (!item.is_number_integer()) refuse(key, problem);
    // Above the largest signed number, get<int64_t> would wrap around to a negative one.
    if (item.is_number_unsigned() && item.get<std::uint64_t>() > static_cast<std::uint64_t>(high)) refuse(key, problem);
    const auto number = item.get<std::int64_t>();
    if (number < low || number > high) refuse(key, problem);
    return number;
}

double CardReader::number(const std::string& key) {
    const json& item = value(key);
    if (!item.is_number()) refuse(key, fmt::format("must be a number, got {}", shown(item)));
    return item.get<double>();
}

bool CardReader::flag(const std::string& key) {
    const json& item = value(key);
    if (!item.is_boolean()) refuse(key, fmt::format("must be true or false, got {}", shown(item)));
    return item.get<bool>();
}

std::vector<double> CardReader::numbers(const std::string& key, std::size_t count) {
    const json& item = value(key);
    const std::string problem = fmt::format("must be a list of {} numbers, got {}", count, shown(item));
    if (!item.is_array() || item.size() != count) refuse(key, problem);
    std::vector<double> result;
    for (const json& element : item) {
        if (!element.is_number()) refuse(key, problem);
        result.push_back(element.get<double>());
    }
    return result;
}

std::vector<std::string> CardReader::texts(const std::string& key) {
    const json& item = value(key);
    const std::string problem = fmt::format("must be a list of texts, got {}", shown(item));
    if (!item.is_array()) refuse(key, problem);
    std::vector<std::string> result;
    for (const json& element : item) {
        if (!element.is_string()) refuse(key, problem);
        result.push_back(element.get<std::string>());
    }
    return result;
}

CardReader CardReader::object(const std::string& key) {
    const json& item = value(key);
    CardReader result(item, where_, path_.empty() ? key : path_ + "." + key);
    result.version_ = version_;
    return result;
}

std::vector<std::string> CardReader::keys() const {
    std::vector<std::string> result;
    for (const auto& [key, item] : object_.items()) result.push_back(key);
    return result;
}

void CardReader::finish() const {
    for (const auto& [key, item] : object_.items())
        if (!asked_.contains(key)) refuse(key, fmt::format("is not a key of format version {}", version_));
}

}  // namespace emotion
