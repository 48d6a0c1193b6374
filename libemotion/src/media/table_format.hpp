#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "emotion/table_writer.hpp"

namespace emotion {

/// A row as one line of CSV, with its line end.
std::string csv_line(const TableRow& row, bool crlf);

/// A row as one line of JSON, with its line end.
std::string json_line(const std::vector<std::string>& columns, const TableRow& row);

/// What of a table can be appended to.
struct TableStart {
    std::string first_line;         ///< with its line end; empty where no line is whole
    std::uint64_t whole_bytes = 0;  ///< up to the end of the last whole line
};

/// Reads through a table and finds the end of its last whole line. `quoted`: line breaks between quotes belong to a
/// field. A missing file is an empty one. Throws Error{io}.
TableStart inspect_table(const std::filesystem::path& path, bool quoted);

}  // namespace emotion
