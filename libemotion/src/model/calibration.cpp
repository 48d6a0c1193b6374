#include "model/calibration.hpp"

#include "base/check.hpp"
#include "model/card_check.hpp"

namespace emotion {
namespace {

using json = nlohmann::ordered_json;

std::vector<std::vector<double>> read_rows(CardReader& reader) {
    const json& rows = reader.value("weights");
    const std::string problem = fmt::format("must be a list of rows of numbers, got {}", shown(rows));
    if (!rows.is_array()) reader.refuse("weights", problem);
    std::vector<std::vector<double>> result;
    for (const json& row : rows) {
        if (!row.is_array()) reader.refuse("weights", problem);
        std::vector<double>& numbers = result.emplace_back();
        for (const json& number : row) {
            if (!number.is_number()) reader.refuse("weights", problem);
            numbers.push_back(number.get<double>());
        }
    }
    return result;
}

json row_json(const std::vector<double>& row) {
    json list = json::array();
    for (double number : row) list.push_back(plain_number(number));
    return list;
}

}  // namespace

const Calibration* find_calibration(const ModelCard& card, const std::string& name, const std::string& who) {
    if (name.empty()) return nullptr;
    const auto found = card.calibrations.find(name);
    if (found != card.calibrations.end()) return &found->second;
    std::vector<std::string> names;
    for (const auto& [known, calibration] : card.calibrations) names.push_back("'" + known + "'");
    fail(ErrorCode::invalid_argument, "{}: model '{}' has no calibration '{}'; it has {}", who, card.name, name,
         names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
}

std::map<std::string, Calibration> read_calibrations(CardReader reader) {
    std::map<std::string, Calibration> result;
    for (const std::string& name : reader.keys()) {
        CardReader one = reader.object(name);
        Calibration& calibration = result[name];
        calibration.weights = read_rows(one);
        calibration.bias = one.numbers("bias", calibration.weights.size());
        calibration.description = one.text("description");
        one.finish();
    }
    return result;
}

json calibrations_json(const std::map<std::string, Calibration>& calibrations) {
    json result = json::object();
    for (const auto& [name, calibration] : calibrations) {
        json rows = json::array();
        for (const std::vector<double>& row : calibration.weights) rows.push_back(row_json(row));
        result[name]["weights"] = std::move(rows);
        result[name]["bias"] = row_json(calibration.bias);
        result[name]["description"] = calibration.description;
    }
    return result;
}

}  // namespace emotion
