#include "media/table_format.hpp"

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/check.hpp"

namespace emotion {
namespace {

std::string number_text(double value, const std::string& nothing) {
    return std::isfinite(value) ? fmt::format("{}", value) : nothing;
}

std::string number_text(const Decimal& number, const std::string& nothing) {
    require(number.digits >= 0 && number.digits <= 17, "Decimal: digits must be in [0, 17], got {}", number.digits);
    return std::isfinite(number.value) ? fmt::format("{:.{}f}", number.value, number.digits) : nothing;
}

std::string csv_text(const std::string& text) {
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
    return quoted + "\"";
}

/// Bytes that are no UTF-8 become U+FFFD.
std::string json_text(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// A field as text; `text_form` writes strings, `nothing` stands for no value.
template <class TextForm>
std::string field_text(const TableField& field, TextForm text_form, const std::string& nothing) {
    if (const auto* text = std::get_if<std::string>(&field)) return text_form(*text);
    if (const auto* whole = std::get_if<std::int64_t>(&field)) return fmt::format("{}", *whole);
    if (const auto* number = std::get_if<double>(&field)) return number_text(*number, nothing);
    if (const auto* decimal = std::get_if<Decimal>(&field)) return number_text(*decimal, nothing);
    return nothing;
}

}  // namespace

std::string csv_line(const TableRow& row, bool crlf) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) line += ',';
        line += field_text(row[i], csv_text, "");
    }
    // A line without a letter would be taken for no line.
    if (line.empty()) line = "\"\"";
    return line + (crlf ? "\r\n" : "\n");
}

std::string json_line(const std::vector<std::string>& columns, const TableRow& row) {
    std::string line = "{";
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) line += ", ";
        line += json_text(columns[i]) + ": " + field_text(row[i], json_text, "null");
    }
    return line + "}\n";
}

TableStart inspect_table(const std::filesystem::path& path, bool quoted) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (!file) {
        if (errno == ENOENT) return {};
        fail(ErrorCode::io, "cannot read {}: {}", path.string(), std::generic_category().message(errno));
    }
    TableStart start;
    std::array<char, 1 << 16> block;
    bool inside = false, first = true;
    std::uint64_t position = 0;
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), file)) {
        for (std::size_t i = 0; i < count; ++i) {
            ++position;
            if (first) start.first_line += block[i];
            if (quoted && block[i] == '"') inside = !inside;
            if (block[i] == '\n' && !inside) {
                start.whole_bytes = position;
                first = false;
            }
        }
    }
    const bool broken = std::ferror(file) != 0;
    std::fclose(file);
    if (broken) fail(ErrorCode::io, "cannot read {}", path.string());
    if (first) start.first_line.clear();
    return start;
}

}  // namespace emotion
