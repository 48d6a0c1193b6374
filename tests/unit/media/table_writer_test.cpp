#include "emotion/table_writer.hpp"

#include <filesystem>

#include "base/files.hpp"
#include "support/catch.hpp"
#include "unit/image/pictures.hpp"
#include "unit/media/file_size_limit.hpp"

using namespace emotion;

namespace {

TableRow row(std::int64_t number, const std::string& text) {
    return {number, text};
}

std::string content(const std::filesystem::path& path) {
    return read_file(path, 1 << 20);
}

}  // namespace

TEST_CASE("every row can be read while the table grows") {
    ScratchFolder folder;
    const auto csv = folder.path() / "deep" / "a.csv", lines = folder.path() / "a.jsonl";
    CsvWriter table(csv, {"frame", "label"});
    JsonLinesWriter json(lines, {"frame", "label"});
    CHECK(content(csv) == "frame,label\n");
    CHECK(content(lines).empty());
    table.write(row(1, "sad"));
    json.write(row(1, "sad"));
    CHECK(content(csv) == "frame,label\n1,sad\n");
    CHECK(content(lines) == "{\"frame\": 1, \"label\": \"sad\"}\n");
    table.write(std::vector<TableRow>{row(2, "a,b"), row(3, "c")});
    json.write(std::vector<TableRow>{row(2, "a"), row(3, "c")});
    table.sync();
    json.sync();
    CHECK(content(csv) == "frame,label\n1,sad\n2,\"a,b\"\n3,c\n");
    CHECK(content(lines).ends_with("}\n{\"frame\": 2, \"label\": \"a\"}\n{\"frame\": 3, \"label\": \"c\"}\n"));
    CHECK(table.path() == csv);
}

TEST_CASE("lines end as asked") {
    ScratchFolder folder;
    CsvWriter(folder.path() / "a.csv", {"a", "b"}, {false, true}).write(row(1, "x"));
    CHECK(content(folder.path() / "a.csv") == "a,b\r\n1,x\r\n");
}

TEST_CASE("appending takes a cut last row away and goes on") {
    ScratchFolder folder;
    const auto csv = folder.path() / "a.csv", lines = folder.path() / "a.jsonl";
    for (const char* cut : {"", "2", "2,", "2,\"half\nof", "2,\"b\""}) {
        INFO(cut);
        write_file(csv, "a,b\n1,x\n" + std::string(cut), false);
        CsvWriter(csv, {"a", "b"}, {true}).write(row(3, "y"));
        CHECK(content(csv) == "a,b\n1,x\n3,y\n");
    }
    write_file(csv, "a,", false);  // not even the header is whole
    CsvWriter(csv, {"a", "b"}, {true}).write(row(3, "y"));
    CHECK(content(csv) == "a,b\n3,y\n");
    write_file(lines, "{\"a\": 1}\n{\"a\"", false);
    JsonLinesWriter(lines, {"a"}, {true}).write(TableRow{std::int64_t{2}});
    CHECK(content(lines) == "{\"a\": 1}\n{\"a\": 2}\n");
    CsvWriter(folder.path() / "new.csv", {"a", "b"}, {true}).write(row(1, "x"));
    CHECK(content(folder.path() / "new.csv") == "a,b\n1,x\n");
}

TEST_CASE("without append an older table is replaced, and a table of other columns is never appended to") {
    ScratchFolder folder;
    const auto csv = folder.path() / "a.csv";
    write_file(csv, "a,b\n1,x\n", false);
    error_message(ErrorCode::invalid_argument, [&] { CsvWriter(csv, {"a", "c"}, {true}); });
    error_message(ErrorCode::invalid_argument, [&] { CsvWriter(csv, {"a", "b"}, {true, true}); });
    CHECK(content(csv) == "a,b\n1,x\n");
    CsvWriter(csv, {"a", "c"});
    CHECK(content(csv) == "a,c\n");
}

TEST_CASE("a row of another length is refused and nothing of it is written") {
    ScratchFolder folder;
    CsvWriter table(folder.path() / "a.csv", {"a", "b"});
    JsonLinesWriter json(folder.path() / "a.jsonl", {"a", "b"});
    const std::vector<TableRow> rows{row(1, "x"), {std::int64_t{1}}};
    CHECK(error_message(ErrorCode::invalid_argument, [&] { table.write(rows); }) ==
          "CsvWriter: a row has 1 fields, expected 2");
    CHECK(error_message(ErrorCode::invalid_argument, [&] { json.write(rows); }) ==
          "JsonLinesWriter: a row has 1 fields, expected 2");
    CHECK(content(folder.path() / "a.csv") == "a,b\n");
    CHECK(content(folder.path() / "a.jsonl").empty());
    error_message(ErrorCode::invalid_argument, [&] { CsvWriter(folder.path() / "b.csv", {}); });
    CHECK_FALSE(std::filesystem::exists(folder.path() / "b.csv"));
}

TEST_CASE("on a full disk the rows before stay whole") {
    ScratchFolder folder;
    const auto csv = folder.path() / "a.csv", lines = folder.path() / "a.jsonl";
    CsvWriter table(csv, {"a", "b"});
    JsonLinesWriter json(lines, {"a", "b"});
    {
        FileSizeLimit limit(50'000);
        error_message(ErrorCode::io, [&] {
            while (true) table.write(row(1, std::string(999, 'x')));
        });
        error_message(ErrorCode::io, [&] {
            while (true) json.write(row(1, std::string(999, 'x')));
        });
    }
    for (const auto& path : {csv, lines}) {
        const std::string text = content(path);
        CHECK(text.size() > 45'000);
        CHECK(text.back() == '\n');
    }
    error_message(ErrorCode::io, [&] { table.write(row(1, "x")); });
    CsvWriter(csv, {"a", "b"}, {true}).write(row(2, "after"));
    CHECK(content(csv).ends_with("\n2,after\n"));
}
