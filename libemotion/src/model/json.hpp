#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"

namespace emotion {

/// What a JSON text may hold at most: a hostile file must cost neither the stack nor minutes.
struct JsonLimits {
    std::size_t depth = 32;     ///< objects and lists inside each other
    std::size_t keys = 10'000;  ///< in one object
};

/// Parses a JSON text strictly: valid UTF-8, nothing behind the value, no key twice in one object, limits kept.
/// Json: nlohmann::json, or nlohmann::ordered_json to keep the order of the keys. `where` begins each message.
/// Throws Error{model_format}.
template <class Json>
Json parse_json(std::string_view text, const std::string& where, JsonLimits limits = {}) {
    std::vector<std::set<std::string>> keys;
    std::size_t depth = 0;
    auto check = [&](int, typename Json::parse_event_t event, Json& parsed) {
        using Event = typename Json::parse_event_t;
        if (event == Event::object_start || event == Event::array_start) {
            if (++depth > limits.depth)
                fail(ErrorCode::model_format, "{}: the JSON is nested deeper than {} levels", where, limits.depth);
            if (event == Event::object_start) keys.emplace_back();
        } else if (event == Event::object_end || event == Event::array_end) {
            --depth;
            if (event == Event::object_end) keys.pop_back();
        } else if (event == Event::key) {
            const auto& key = parsed.template get_ref<const std::string&>();
            if (!keys.back().insert(key).second)
                fail(ErrorCode::model_format, "{}: the key \"{}\" stands twice in one object", where, key);
            if (keys.back().size() > limits.keys)
                fail(ErrorCode::model_format, "{}: an object has more than {} keys", where, limits.keys);
        }
        return true;
    };
    try {
        return Json::parse(text.begin(), text.end(), check);
    } catch (const nlohmann::json::exception& error) {
        std::string_view reason = error.what();
        // The library's messages begin with its own error name in brackets, which says nothing to our reader.
        if (std::size_t end = reason.find("] "); end != std::string_view::npos) reason.remove_prefix(end + 2);
        fail(ErrorCode::model_format, "{}: not valid JSON: {}", where, reason);
    }
}

}  // namespace emotion
