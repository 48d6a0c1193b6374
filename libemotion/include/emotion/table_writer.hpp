#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "emotion/export.hpp"

namespace emotion EMOTION_PUBLIC {

/// A number written with a fixed count of digits behind the point.
struct Decimal {
    double value = 0;
    int digits = 0;  ///< 0 to 17
};

/// How many digits behind the point the numbers of our tables have; `emotion analyze` writes the same.
struct TableDigits {
    static constexpr int box_px = 2;
    static constexpr int score = 4;
    static constexpr int probability = 5;
    static constexpr int valence_arousal = 4;
    static constexpr int time_s = 3;
};

/// One field of a row: nothing, text (UTF-8), a whole number, a number with as many digits as it needs to be read back
/// as the same double, or one with a fixed count of digits. NaN and infinities are written as nothing.
using TableField = std::variant<std::monostate, std::string, std::int64_t, double, Decimal>;
using TableRow = std::vector<TableField>;

/// What CsvWriter and JsonLinesWriter do.
struct TableWriterOptions {
    /// Goes on behind the rows of a file that is there. A last row that was cut off is taken away first.
    bool append = false;
    bool crlf = false;  ///< CSV: lines end with CR LF, as RFC 4180 has it, not with LF
};

/// A table as CSV (RFC 4180): fields with a comma, a quote or a line break are quoted, nothing is an empty field.
/// The file bears its final name and is readable at every moment: each write() goes to the system at once, so nothing
/// is lost with the process, and a piece that finds no room is taken back. One thread at a time.
class CsvWriter {
public:
    /// columns: the names of the header line, at least one. Missing folders are made. Throws Error{io} where the file
    /// cannot be written, Error{invalid_argument} where a file to append to has another header.
    CsvWriter(const std::filesystem::path& path, std::vector<std::string> columns,
              const TableWriterOptions& options = {});
    ~CsvWriter();
    CsvWriter(CsvWriter&&) noexcept;
    CsvWriter& operator=(CsvWriter&&) noexcept;

    /// Throws Error{invalid_argument} unless the row has a field for each column; Error{io} on a full disk and the
    /// like, after which every call throws the same and the rows written before are good.
    void write(const TableRow& row);
    /// Several rows, all or none.
    void write(const std::vector<TableRow>& rows);
    /// Waits until all rows are on the disk and outlive a failing power supply. Throws Error{io}.
    void sync();

    const std::filesystem::path& path() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The same as JSON Lines: an object for each row, its members in the order of the columns, nothing as null.
class JsonLinesWriter {
public:
    JsonLinesWriter(const std::filesystem::path& path, std::vector<std::string> columns,
                    const TableWriterOptions& options = {});
    ~JsonLinesWriter();
    JsonLinesWriter(JsonLinesWriter&&) noexcept;
    JsonLinesWriter& operator=(JsonLinesWriter&&) noexcept;

    void write(const TableRow& row);
    void write(const std::vector<TableRow>& rows);
    void sync();

    const std::filesystem::path& path() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
