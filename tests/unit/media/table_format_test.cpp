#include "media/table_format.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "support/catch.hpp"
#include "unit/image/pictures.hpp"

using namespace emotion;

TEST_CASE("CSV fields are quoted where RFC 4180 asks for it") {
    CHECK(csv_line({std::string("a"), std::int64_t{-3}, 0.1, Decimal{0.5, 3}, std::monostate{}}, false) ==
          "a,-3,0.1,0.500,\n");
    CHECK(csv_line({std::string("a,b"), std::string("say \"hi\""), std::string("two\nlines"), std::string("r\r")},
                   true) == "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"r\r\"\r\n");
    CHECK(csv_line({std::monostate{}}, false) == "\"\"\n");
}

TEST_CASE("a double is written with as many digits as it needs") {
    for (const double value : {0.1, 1.0 / 3, 1e-300, 123456789.123, -0.0, 5e-324})
        CHECK(std::strtod(csv_line({value}, false).c_str(), nullptr) == value);
    const double inf = std::numeric_limits<double>::infinity();
    CHECK(csv_line({std::nan(""), inf, Decimal{-inf, 2}, std::int64_t{1}}, false) == ",,,1\n");
}

TEST_CASE("digits out of range are refused") {
    for (const int digits : {-1, 18})
        CHECK(error_message(ErrorCode::invalid_argument, [&] {
                  csv_line({Decimal{1, digits}}, false);
              }).find(std::to_string(digits)) != std::string::npos);
}

TEST_CASE("a JSON line is an object with the columns in their order") {
    const std::vector<std::string> columns{"z \"quoted\"", "a", "b", "c", "d"};
    const std::string line =
        json_line(columns, {std::string("tab\tnewline\n\\"), std::int64_t{7}, 0.25, Decimal{1.5, 1}, std::monostate{}});
    CHECK(line == "{\"z \\\"quoted\\\"\": \"tab\\tnewline\\n\\\\\", \"a\": 7, \"b\": 0.25, \"c\": 1.5, \"d\": null}\n");
    CHECK(nlohmann::json::parse(line)["z \"quoted\""] == "tab\tnewline\n\\");
    CHECK(json_line({"a"}, {std::nan("")}) == "{\"a\": null}\n");
    CHECK_NOTHROW(nlohmann::json::parse(json_line({"name"}, {std::string("broken \xff utf-8")})));
}

TEST_CASE("the end of the last whole line is found, also behind line breaks between quotes") {
    ScratchFolder folder;
    const auto path = folder.path() / "a.csv";
    auto inspect = [&](const std::string& text, bool quoted) {
        write_file(path, text, false);
        return inspect_table(path, quoted);
    };
    CHECK(inspect_table(folder.path() / "none", true).whole_bytes == 0);
    CHECK(inspect("", true).whole_bytes == 0);
    CHECK(inspect("a,b", true).whole_bytes == 0);
    CHECK(inspect("a,b", true).first_line.empty());
    CHECK(inspect("a,b\n1,2\n3,", true).whole_bytes == 8);
    CHECK(inspect("a,b\n1,2\n3,", true).first_line == "a,b\n");
    CHECK(inspect("a\n\"x\ny\"\n", true).whole_bytes == 8);
    CHECK(inspect("a\n\"x\ny", true).whole_bytes == 2);
    CHECK(inspect("a\n\"x\ny", false).whole_bytes == 5);
    CHECK(inspect("a\n" + std::string(200'000, 'x') + "\nrest", true).whole_bytes == 200'003);
}
