#include "model/card_reader.hpp"

#include "support/catch.hpp"

using emotion::CardReader;
using emotion::ErrorCode;
using json = nlohmann::ordered_json;

namespace {

const json kObject = json::parse(R"({"t":"x","n":3,"big":18446744073709551615,"neg":-1,"f":2.5,"b":true,"l":[1,2.5],
                                     "s":["a","b"],"o":{"k":1}})");

std::string refusal(void (*call)(CardReader&)) {
    return error_message(ErrorCode::model_format, [&] {
        CardReader reader(kObject, "m.json");
        call(reader);
    });
}

}  // namespace

TEST_CASE("CardReader gives values of the type asked for") {
    CardReader reader(kObject, "m.json");
    CHECK(reader.text("t") == "x");
    CHECK(reader.whole("n", 0, 3) == 3);
    CHECK(reader.whole("neg", -1, 0) == -1);
    CHECK(reader.number("n") == 3);
    CHECK(reader.number("f") == 2.5);
    CHECK(reader.flag("b"));
    CHECK(reader.numbers("l", 2) == std::vector<double>{1, 2.5});
    CHECK(reader.texts("s") == std::vector<std::string>{"a", "b"});
    CHECK(reader.object("o").whole("k", 0, 5) == 1);
}

TEST_CASE("CardReader names file, key and value of what is wrong") {
    CHECK(refusal([](CardReader& r) { r.text("gone"); }) == "m.json: gone is missing");
    CHECK(refusal([](CardReader& r) { r.text("n"); }) == "m.json: n must be a text, got 3");
    CHECK(refusal([](CardReader& r) { r.whole("n", 4, 9); }) == "m.json: n must be a whole number in [4, 9], got 3");
    CHECK(refusal([](CardReader& r) { r.whole("f", 0, 9); }) == "m.json: f must be a whole number in [0, 9], got 2.5");
    CHECK(refusal([](CardReader& r) { r.whole("big", -5, 5); }) ==
          "m.json: big must be a whole number in [-5, 5], got 18446744073709551615");
    CHECK(refusal([](CardReader& r) { r.number("t"); }) == "m.json: t must be a number, got \"x\"");
    CHECK(refusal([](CardReader& r) { r.flag("n"); }) == "m.json: n must be true or false, got 3");
    CHECK(refusal([](CardReader& r) { r.numbers("l", 3); }) == "m.json: l must be a list of 3 numbers, got [1,2.5]");
    CHECK(refusal([](CardReader& r) { r.numbers("s", 2); }) ==
          "m.json: s must be a list of 2 numbers, got [\"a\",\"b\"]");
    CHECK(refusal([](CardReader& r) { r.texts("l"); }) == "m.json: l must be a list of texts, got [1,2.5]");
    CHECK(refusal([](CardReader& r) { r.object("t"); }) == "m.json: t must be an object, got \"x\"");
    CHECK(refusal([](CardReader& r) { r.object("o").text("k"); }) == "m.json: o.k must be a text, got 1");
}

TEST_CASE("CardReader refuses the keys that nobody asked for") {
    const json object = json::parse(R"({"a":1,"b":2})");
    CardReader reader(object, "m.json");
    reader.number("a");
    CHECK(error_message(ErrorCode::model_format, [&] { reader.finish(); }) ==
          "m.json: b is not a key of format version 1");
    reader.number("b");
    CHECK_NOTHROW(reader.finish());
}

TEST_CASE("long values are cut in messages") {
    CHECK(emotion::shown(json(std::string(500, 'x'))).size() == 60);
}
