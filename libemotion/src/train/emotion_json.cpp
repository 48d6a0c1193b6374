#include "train/emotion_json.hpp"

#include <cmath>

#include "base/check.hpp"

namespace emotion::train {

std::string json_text(const std::string& value) {
    std::string result = "\"";
    for (char c : value) {
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            result += fmt::format("\\u{:04x}", static_cast<int>(c));
        } else {
            result += c;
        }
    }
    return result + '"';
}

std::string json_number(double value, int digits) {
    if (!std::isfinite(value)) return "null";
    const double unit = std::pow(10.0, digits);
    return fmt::format("{}", std::round(value * unit) / unit);
}

JsonObject& JsonObject::number(const std::string& key, double value, int digits) {
    return raw(key, json_number(value, digits));
}

JsonObject& JsonObject::integer(const std::string& key, long long value) {
    return raw(key, std::to_string(value));
}

JsonObject& JsonObject::text(const std::string& key, const std::string& value) {
    return raw(key, json_text(value));
}

JsonObject& JsonObject::raw(const std::string& key, const std::string& json) {
    members_.emplace_back(key, json);
    return *this;
}

std::string JsonObject::str() const {
    std::string result = "{";
    for (const auto& [key, value] : members_) {
        if (result.size() > 1) result += ", ";
        result += json_text(key) + ": " + value;
    }
    return result + "}";
}

}  // namespace emotion::train
