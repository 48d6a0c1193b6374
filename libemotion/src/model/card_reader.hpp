#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace emotion {

/// A JSON object read key by key: every key it must have is asked for, finish() refuses the rest. Messages name file
/// and key: "m/model.json: input.stride must be ...". Everything wrong throws Error{model_format}.
class CardReader {
public:
    using json = nlohmann::ordered_json;

    /// `path`: what leads to this object, "" at the top.
    CardReader(const json& object, std::string where, std::string path = "");

    /// The card's format version, which finish() names, here and in the objects inside. 1 unless it is set.
    void set_version(std::int64_t version) { version_ = version; }

    bool has(const std::string& key) const { return object_.contains(key); }
    std::string text(const std::string& key);
    std::int64_t whole(const std::string& key, std::int64_t low, std::int64_t high);
    double number(const std::string& key);
    bool flag(const std::string& key);
    std::vector<double> numbers(const std::string& key, std::size_t count);
    std::vector<std::string> texts(const std::string& key);
    /// The object under a key, to be read and finished on its own.
    CardReader object(const std::string& key);
    /// Any value.
    const json& value(const std::string& key);

    const json& all() const noexcept { return object_; }
    /// The keys in the order of the text.
    std::vector<std::string> keys() const;
    /// Throws for a key that was not asked for.
    void finish() const;
    /// Throws "FILE: PATH.KEY PROBLEM".
    [[noreturn]] void refuse(const std::string& key, const std::string& problem) const;

private:
    const json& object_;
    std::string where_;
    std::string path_;
    std::int64_t version_ = 1;
    std::set<std::string> asked_;
};

/// A JSON value as it stands in a message: cut where it is long.
std::string shown(const nlohmann::ordered_json& value);

}  // namespace emotion
