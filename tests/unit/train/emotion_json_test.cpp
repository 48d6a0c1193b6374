#include "train/emotion_json.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace emotion::train;

TEST_CASE("an object of every kind of value") {
    JsonObject object;
    CHECK(object.str() == "{}");
    object.number("a", 0.123456).integer("b", -7).text("c", "x").raw("d", "[1, 2]");
    CHECK(object.str() == "{\"a\": 0.1235, \"b\": -7, \"c\": \"x\", \"d\": [1, 2]}");
}

TEST_CASE("what JSON cannot hold as it is") {
    CHECK(json_text("a \"b\" \\ \n") == "\"a \\\"b\\\" \\\\ \\u000a\"");
    CHECK(json_number(std::numeric_limits<double>::quiet_NaN()) == "null");
    CHECK(json_number(std::numeric_limits<double>::infinity()) == "null");
    CHECK(json_number(0.0004, 3) == "0");
    CHECK(json_number(0.002, 9) == "0.002");
}
