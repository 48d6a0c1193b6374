#include "pipeline/result_rows.hpp"

#include <cmath>

#include "results.hpp"
#include "support/catch.hpp"

using namespace emotion;
using test_results::kLabels;

TEST_CASE("Every row has a field for each column, with and without emotions and pose") {
    FrameResult full = test_results::frame(50, {test_results::face(1, 10, 0), test_results::face(4, 100, 1)});
    full.faces[1].emotion.reset();
    full.faces[1].now.reset();
    full.faces[1].pose.reset();
    for (const TableRow& row : face_rows(full, kLabels)) CHECK(row.size() == face_columns(kLabels).size());
    CHECK(frame_row(full, kLabels).size() == frame_columns(kLabels).size());
    REQUIRE(raw_rows(full, kLabels).size() == 1);
    CHECK(raw_rows(full, kLabels)[0].size() == raw_columns(kLabels).size());

    FrameResult heads = full;
    heads.faces[0].emotion.reset();
    heads.statistics = frame_statistics(2);
    for (const TableRow& row : face_rows(heads, {})) CHECK(row.size() == face_columns({}).size());
    CHECK(frame_row(heads, {}).size() == frame_columns({}).size());
}

TEST_CASE("Results of a classifier with other labels are refused; without labels, heads alone are written") {
    const FrameResult result = test_results::frame(50, {test_results::face(3, 10, 2)});
    CHECK_NOTHROW(check_labels(result, kLabels, "Table"));
    CHECK_NOTHROW(check_labels(test_results::frame(51, {}), kLabels, "Table"));
    for (const std::size_t count : {std::size_t{2}, std::size_t{5}})
        CHECK_THROWS_WITH(check_labels(result, std::vector<std::string>(count, "calm"), "Table"),
                          "Table: the result has 3 labels, expected " + std::to_string(count));
    CHECK_NOTHROW(check_labels(result, {}, "Table"));
    CHECK(face_rows(result, {})[0].size() == face_columns({}).size());
    CHECK(raw_rows(result, {}).empty());
}

TEST_CASE("The values stand under their names") {
    const FrameResult result = test_results::frame(50, {test_results::face(3, 10, 2), test_results::face(4, 100, 2)});
    const auto number = [](const TableField& field) {
        if (const auto* decimal = std::get_if<Decimal>(&field)) return decimal->value;
        return static_cast<double>(std::get<std::int64_t>(field));
    };
    const auto named = [&](const std::vector<std::string>& columns, const TableRow& row, const std::string& name) {
        return row.at(static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin()));
    };
    const TableRow face = face_rows(result, kLabels)[0];
    const auto of_face = [&](const char* name) { return named(face_columns(kLabels), face, name); };
    CHECK(number(of_face("time_s")) == 2);
    CHECK(number(of_face("frame")) == 50);
    CHECK(number(of_face("track")) == 3);
    CHECK(number(of_face("seen")) == 1);
    CHECK(number(of_face("x1")) == 10);
    CHECK(number(of_face("y2")) == 100);
    CHECK(number(of_face("score")) == Approx(0.9));
    CHECK(std::get<std::string>(of_face("label")) == "anger");
    CHECK(number(of_face("anger")) == Approx(0.8));
    CHECK(number(of_face("valence")) == Approx(0.25));
    CHECK(number(of_face("roll_deg")) == Approx(2.5));

    const auto of_frame = [&](const char* name) {
        return number(named(frame_columns(kLabels), frame_row(result, kLabels), name));
    };
    CHECK(of_frame("head_count") == 2);
    CHECK(of_frame("anger") == 2);
    CHECK(of_frame("happiness") == 0);
    CHECK(of_frame("attention_coef") == 1);
    CHECK(of_frame("front_share") == 1);
    CHECK(of_frame("arousal") == Approx(-0.5));

    // Logits: their softmax is the probabilities.
    const TableRow raw = raw_rows(result, kLabels)[0];
    double sum = 0;
    for (std::size_t i = 1; i < raw.size(); ++i) sum += std::exp(number(raw[i]));
    CHECK(std::exp(number(raw[3])) / sum == Approx(0.8));
}
