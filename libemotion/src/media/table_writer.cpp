#include "emotion/table_writer.hpp"

#include <optional>
#include <utility>

#include "base/check.hpp"
#include "media/append_file.hpp"
#include "media/table_format.hpp"

namespace emotion {
namespace {

void check_columns(const std::vector<std::string>& columns, const char* who) {
    require(!columns.empty(), "{}: columns is empty, expected at least one name", who);
}

void check_row(const TableRow& row, std::size_t columns, const char* who) {
    require(row.size() == columns, "{}: a row has {} fields, expected {}", who, row.size(), columns);
}

}  // namespace

// ------------------------------------------------------------------------------------------------------------------
// CSV

struct CsvWriter::Impl {
    std::size_t columns;
    bool crlf;
    std::optional<AppendFile> file;
};

CsvWriter::CsvWriter(const std::filesystem::path& path, std::vector<std::string> columns,
                     const TableWriterOptions& options)
    : impl_(new Impl{columns.size(), options.crlf, std::nullopt}) {
    check_columns(columns, "CsvWriter");
    const std::string header = csv_line(TableRow(columns.begin(), columns.end()), options.crlf);
    TableStart start;
    if (options.append) start = inspect_table(path, true);
    require(start.whole_bytes == 0 || start.first_line == header, "CsvWriter: {} begins with the line {}, expected {}",
            path.string(), start.first_line, header);
    impl_->file.emplace(path, start.whole_bytes);
    if (start.whole_bytes == 0) impl_->file->append(header);
}
CsvWriter::~CsvWriter() = default;
CsvWriter::CsvWriter(CsvWriter&&) noexcept = default;
CsvWriter& CsvWriter::operator=(CsvWriter&&) noexcept = default;

void CsvWriter::write(const TableRow& row) {
    check_row(row, impl_->columns, "CsvWriter");
    impl_->file->append(csv_line(row, impl_->crlf));
}

void CsvWriter::write(const std::vector<TableRow>& rows) {
    std::string lines;
    for (const TableRow& row : rows) {
        check_row(row, impl_->columns, "CsvWriter");
        lines += csv_line(row, impl_->crlf);
    }
    impl_->file->append(lines);
}

void CsvWriter::sync() {
    impl_->file->sync();
}

const std::filesystem::path& CsvWriter::path() const noexcept {
    return impl_->file->path();
}

// ----------------------------------------------------------------------------------------------------------- JSON
// Lines

struct JsonLinesWriter::Impl {
    std::vector<std::string> columns;
    AppendFile file;
};

JsonLinesWriter::JsonLinesWriter(const std::filesystem::path& path, std::vector<std::string> columns,
                                 const TableWriterOptions& options) {
    check_columns(columns, "JsonLinesWriter");
    const std::uint64_t kept = options.append ? inspect_table(path, false).whole_bytes : 0;
    impl_.reset(new Impl{std::move(columns), AppendFile(path, kept)});
}
JsonLinesWriter::~JsonLinesWriter() = default;
JsonLinesWriter::JsonLinesWriter(JsonLinesWriter&&) noexcept = default;
JsonLinesWriter& JsonLinesWriter::operator=(JsonLinesWriter&&) noexcept = default;

void JsonLinesWriter::write(const TableRow& row) {
    check_row(row, impl_->columns.size(), "JsonLinesWriter");
    impl_->file.append(json_line(impl_->columns, row));
}

void JsonLinesWriter::write(const std::vector<TableRow>& rows) {
    std::string lines;
    for (const TableRow& row : rows) {
        check_row(row, impl_->columns.size(), "JsonLinesWriter");
        lines += json_line(impl_->columns, row);
    }
    impl_->file.append(lines);
}

void JsonLinesWriter::sync() {
    impl_->file.sync();
}

const std::filesystem::path& JsonLinesWriter::path() const noexcept {
    return impl_->file.path();
}

}  // namespace emotion
