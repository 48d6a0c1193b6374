#pragma once

#include <string>
#include <utility>
#include <vector>

namespace emotion::train {

/// A JSON object or list put together as text, for figures that go into a model's card.
class JsonObject {
public:
    JsonObject& number(const std::string& key, double value, int digits = 4);  ///< null if not finite
    JsonObject& integer(const std::string& key, long long value);
    JsonObject& text(const std::string& key, const std::string& value);
    JsonObject& raw(const std::string& key, const std::string& json);
    std::string str() const;

private:
    std::vector<std::pair<std::string, std::string>> members_;
};

/// A quoted JSON string.
std::string json_text(const std::string& value);
/// A JSON number with at most `digits` decimals; null if not finite.
std::string json_number(double value, int digits = 4);

}  // namespace emotion::train
