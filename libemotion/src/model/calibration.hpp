#pragma once

#include <map>
#include <string>

#include "emotion/model_card.hpp"
#include "model/card_reader.hpp"

namespace emotion {

/// The card's calibration of that name; null for an empty name. Throws Error{invalid_argument} with a sentence that
/// begins with `who` and names those that the card has.
const Calibration* find_calibration(const ModelCard& card, const std::string& name, const std::string& who);

/// The object "calibrations" of a card, by name. Sizes and ranges are for check_card.
std::map<std::string, Calibration> read_calibrations(CardReader reader);
nlohmann::ordered_json calibrations_json(const std::map<std::string, Calibration>& calibrations);

}  // namespace emotion
