#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "emotion/error.hpp"
#include "emotion/model_card.hpp"

namespace emotion {

/// Checks all that a card must hold beyond its types: names, ranges, what fits together. Throws Error{code} with a
/// sentence that begins with `where`: model_format for a card that was read, invalid_argument for one that is to be
/// written.
void check_card(const ModelCard& card, ErrorCode code, const std::string& where);

/// What can name a model.
inline constexpr const char* kModelNameRule = "1 to 64 characters of a-z, 0-9, '.', '_' and '-', not '.' first";
/// Whether a text follows kModelNameRule.
bool is_model_name(std::string_view name) noexcept;

/// A number as people write it: without ".0" where it is whole, and no more digits than its type carries.
nlohmann::ordered_json plain_number(double number);
nlohmann::ordered_json plain_number(float number);

/// The text of a card: an object's keys each on a line of their own, lists of numbers and texts on one line.
/// Throws Error{invalid_argument} for a text that is not valid UTF-8.
std::string dump_card(const nlohmann::ordered_json& card);

}  // namespace emotion
