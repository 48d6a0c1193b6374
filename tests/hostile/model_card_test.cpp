// Cards that are damaged, or made to do damage: each one is refused with a sentence, none crashes.

#include "emotion/model_card.hpp"

#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "hostile/damage.hpp"
#include "model/model_folder.hpp"
#include "support/catch.hpp"
#include "support/models.hpp"

using emotion::ErrorCode;
using json = nlohmann::ordered_json;

namespace {

std::string good_text(bool faces) {
    emotion::ModelCard card = faces ? test_models::random_faces_card("face_resnet")
                                    : test_models::random_emotion_card(emotion::InputColor::gray);
    if (!faces) card.calibrations["turned"] = test_models::turning_calibration();
    card.weights_bytes = 4;
    card.weights_sha256 = std::string(64, '0');
    return emotion::to_json(card);
}

std::string refusal_of_text(const std::string& text) {
    const std::string message =
        error_message(ErrorCode::model_format, [&] { emotion::parse_model_card(text, "m.json"); });
    INFO(message);
    CHECK(message.starts_with("m.json: "));
    return message.size() > 8 ? message.substr(8) : message;
}

/// The message for a good card in which the value at `pointer` is replaced.
std::string refusal(bool faces, const char* pointer, const json& value) {
    json card = json::parse(good_text(faces));
    card[json::json_pointer(pointer)] = value;
    return refusal_of_text(card.dump());
}

/// Every place of a JSON value, the deepest first.
void pointers(const json& value, const json::json_pointer& at, std::vector<json::json_pointer>& found) {
    if (value.is_structured())
        for (const auto& [key, item] : value.items())
            pointers(item, value.is_array() ? at / static_cast<std::size_t>(std::stoul(key)) : at / key, found);
    found.push_back(at);
}

}  // namespace

TEST_CASE("hostile cards: text that is no card") {
    for (const char* text :
         {"", " ", "{", "[]", "null", "5", "\"x\"", "{}{}", "{'a':1}", "{\"a\":NaN}", "\xff", "{\"a\":01}", "// c\n{}"})
        refusal_of_text(text);
    CHECK(refusal_of_text("[]") == "the card must be an object, got []");
    CHECK(refusal_of_text("{}") == "format_version is missing");
    CHECK(refusal_of_text(std::string(100'000, '[')) == "the JSON is nested deeper than 32 levels");
    std::string deep = good_text(true);
    deep.replace(deep.find("\"details\": {}"), 13,
                 "\"details\": {\"a\":" + std::string(60'000, '[') + std::string(60'000, ']') + "}");
    CHECK(refusal_of_text(deep) == "the JSON is nested deeper than 32 levels");
}

TEST_CASE("hostile cards: another format version says which one is understood") {
    CHECK(refusal(true, "/format_version", 3) == "format_version is 3; this library reads versions 1 to 2");
    CHECK(refusal(true, "/format_version", 0) == "format_version is 0; this library reads versions 1 to 2");
    CHECK(refusal(true, "/format_version", "1") == "format_version is \"1\"; this library reads versions 1 to 2");
    CHECK(refusal(true, "/format_version", 1.0) == "format_version is 1.0; this library reads versions 1 to 2");
}

TEST_CASE("hostile cards: without any one of its keys a card is refused") {
    for (bool faces : {true, false}) {
        const json good = json::parse(good_text(faces));
        std::vector<json::json_pointer> places;
        pointers(good, json::json_pointer(), places);
        int tried = 0;
        for (const json::json_pointer& place : places) {
            const std::string text = place.to_string();
            // The parameters are the architecture's own, as are the names of calibrations; and a card without weights
            // is a draft, which may be parsed.
            if (place.empty() || text == "/weights" || text == "/calibrations/turned" ||
                text.starts_with("/architecture/parameters/") || good[place.parent_pointer()].is_array())
                continue;
            json card = good;
            card[place.parent_pointer()].erase(place.back());
            const std::string message = refusal_of_text(card.dump());
            INFO(message);
            CHECK(message.find(place.back()) != std::string::npos);
            ++tried;
        }
        CHECK(tried > 20);
    }
}

TEST_CASE("hostile cards: a key too many is refused wherever it stands") {
    for (bool faces : {true, false}) {
        const json good = json::parse(good_text(faces));
        std::vector<json::json_pointer> places;
        pointers(good, json::json_pointer(), places);
        for (const json::json_pointer& place : places) {
            const std::string text = place.to_string();
            if (!good[place].is_object() || text == "/details" || text == "/architecture/parameters") continue;
            json card = good;
            card[place]["unheard_of"] = 1;
            refusal_of_text(card.dump());
        }
    }
    json card = json::parse(good_text(true));
    card["labels"] = json::array({"a", "b"});
    CHECK(refusal_of_text(card.dump()) == "labels is not a key of format version 1");
    card = json::parse(good_text(false));
    card["defaults"] = json::object();
    CHECK(refusal_of_text(card.dump()) == "defaults is not a key of format version 2");
}

TEST_CASE("hostile cards: a value of another type is refused wherever it stands") {
    for (bool faces : {true, false}) {
        const json good = json::parse(good_text(faces));
        std::vector<json::json_pointer> places;
        pointers(good, json::json_pointer(), places);
        for (const json::json_pointer& place : places)
            for (const json& other : {json(nullptr), json(true), json("text"), json(-7.5), json(1e300),
                                      json(18446744073709551615u), json::array(), json::object()}) {
                const json& own = good[place];
                const std::string text = place.to_string();
                // Still right: another text, another number, no landmarks, details and parameters as the author likes.
                if (other.type() == own.type() || (other.is_number() && own.is_number()) || text == "/crop/landmarks" ||
                    text == "/details" || text == "/architecture/parameters" ||
                    (text.starts_with("/architecture/parameters/") && other.is_number()))
                    continue;
                json card = good;
                card[place] = other;
                INFO(text << " = " << other.dump());
                refusal_of_text(card.dump());
            }
    }
}

TEST_CASE("hostile cards: numbers out of range") {
    CHECK(refusal(true, "/revision", 18446744073709551615u) ==
          "revision must be a whole number in [1, 1000000], got 18446744073709551615");
    CHECK(refusal(true, "/input/stride", 0) == "input.stride must be a whole number in [1, 1024], got 0");
    CHECK(refusal(true, "/input/height", -1) == "input.height must be a whole number in [0, 65536], got -1");
    CHECK(refusal(true, "/input/scale", json::array({1, 0, 1})) == "input.scale must not be 0");
    CHECK(refusal(true, "/input/mean", json::array({1e300, 0, 1})).starts_with("input.mean must be in"));
    CHECK(refusal(true, "/input/color", "RGB") == "input.color must be \"rgb\", \"bgr\" or \"gray\", got \"RGB\"");
    CHECK(refusal(true, "/defaults/min_score", 1.7) == "defaults.min_score must be in [0, 1], got 1.7");
    CHECK(refusal(true, "/weights/bytes", 0).starts_with("weights.bytes must be a whole number in [1, "));
    CHECK(refusal(true, "/weights/bytes", 1e18).starts_with("weights.bytes must be a whole number in [1, "));
    CHECK(refusal(true, "/weights/file", "../../etc/passwd").starts_with("weights.file must be a plain file name"));
    CHECK(refusal(true, "/weights/sha256", "") == "weights.sha256 must be 64 lower-case hexadecimal digits");
    CHECK(refusal(true, "/name", "../x").starts_with("name must be 1 to 64 characters"));
    CHECK(refusal(true, "/task", "cats") == "task must be \"faces\" or \"emotion\", got \"cats\"");
    CHECK(refusal(false, "/temperature", 0) == "temperature must be in (0, 1000], got 0");
    CHECK(refusal(false, "/calibrations/turned/bias/1", 1e7) ==
          "calibrations.turned.bias must be in [-1000000, 1000000], got 10000000");
    CHECK(refusal(false, "/labels", json::array({"a", "a"})) == "labels must differ, 'a' stands twice");
    CHECK(refusal(false, "/crop/landmarks/4", json::array({1, 2, 3})) ==
          "crop.landmarks must be null or a list of five points [x, y]");
}

TEST_CASE("hostile cards: a key twice, and very many keys") {
    std::string text = good_text(true);
    text.replace(text.find("\"revision\": 1"), 13, "\"revision\": 1, \"revision\": 2");
    CHECK(refusal_of_text(text) == "the key \"revision\" stands twice in one object");
    text = good_text(true);
    std::string many;
    for (int i = 0; i < 12'000; ++i) many += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
    text.replace(text.find("\"details\": {}"), 13, "\"details\": {" + many + "}");
    CHECK(refusal_of_text(text) == "an object has more than 10000 keys");
}

TEST_CASE("hostile cards: a model.json of many megabytes is not even read") {
    test_models::TemporaryFolder folder;
    emotion::write_file(folder.path() / "model.json", std::string(5'000'000, ' '));
    CHECK(error_message(ErrorCode::model_format, [&] {
              emotion::read_model_card(folder.path());
          }).find("at most 262144 are taken") != std::string::npos);
    std::filesystem::remove(folder.path() / "model.json");
    std::filesystem::create_directory(folder.path() / "model.json");
    CHECK_FALSE(error_message(ErrorCode::io, [&] { emotion::read_model_card(folder.path()); }).empty());
}

TEST_CASE("hostile cards: thousands of damaged cards are refused or read, never more") {
    const std::string good[] = {good_text(true), good_text(false)};
    Numbers numbers(21);
    int refused = 0;
    for (int i = 0; i < 6000; ++i) {
        try {
            const emotion::ModelCard card = emotion::parse_model_card(damaged(good[i % 2], numbers), "m.json");
            REQUIRE_NOTHROW(emotion::to_json(card));
        } catch (const emotion::Error& error) {
            INFO(error.what());
            REQUIRE(error.code() == ErrorCode::model_format);
            REQUIRE(std::string(error.what()).starts_with("m.json: "));
            ++refused;
        }
    }
    CHECK(refused > 3000);
}
