#include "emotion/evaluate_faces.hpp"
#include "emotion/precision_recall.hpp"
#include "support/catch.hpp"

#include <limits>

using namespace emotion;

namespace {

FaceLabel face(float x, float y, float size, bool ignored = false) {
    FaceLabel label;
    label.box = {x, y, x + size, y + size};
    label.ignored = ignored;
    return label;
}

ScoredBox box(float x, float y, float size, float score) {
    return {{x, y, x + size, y + size}, score};
}

double ap(const std::vector<std::vector<ScoredBox>>& found, const std::vector<LabelledPicture>& pictures,
          std::size_t row = 0, const FaceEvaluationOptions& options = {}) {
    return evaluate_faces(found, pictures, options).accuracy.at(row).average_precision;
}

}  // namespace

TEST_CASE("every face found and nothing else is an average precision of 1") {
    const std::vector<LabelledPicture> pictures{{"a", {face(0, 0, 30), face(100, 0, 40)}, {}},
                                                {"b", {face(5, 5, 50)}, {}}};
    const FaceEvaluation e =
        evaluate_faces({{box(100, 0, 40, 0.3f), box(1, 1, 30, 0.9f)}, {box(5, 5, 50, 0.4f)}}, pictures);
    for (const FaceAccuracy& row : e.accuracy) {
        CHECK(row.faces == 3);
        CHECK(row.average_precision == Approx(1));
        CHECK(row.recall == Approx(1));
        CHECK(row.best_f1 == Approx(1));
        CHECK(row.best_f1_score == Approx(0.3));
    }
}

TEST_CASE("the area under the curve is that of a sum by hand") {
    // Right, wrong, right, of three faces: precisions 1, 1/2, 2/3 at recalls 1/3, 1/3, 2/3.
    const std::vector<LabelledPicture> pictures{{"a", {face(0, 0, 30), face(100, 0, 30), face(200, 0, 30)}, {}}};
    const std::vector<std::vector<ScoredBox>> found{
        {box(0, 0, 30, 0.9f), box(50, 50, 30, 0.8f), box(100, 0, 30, 0.7f)}};
    CHECK(ap(found, pictures) == Approx(1.0 / 3 + 2.0 / 3 / 3));
    const FaceAccuracy row = evaluate_faces(found, pictures).accuracy.front();
    CHECK(row.recall == Approx(2.0 / 3));
    CHECK(row.best_f1 == Approx(2 * 2.0 / (3 + 3)));
}

TEST_CASE("the curve has a point for each box that counts") {
    // Right, wrong, right, of three faces; the last face is 12 px high and not asked for from 20 px on.
    const std::vector<LabelledPicture> pictures{{"a", {face(0, 0, 30), face(100, 0, 30), face(200, 0, 12)}, {}}};
    const std::vector<std::vector<ScoredBox>> found{
        {box(100, 0, 30, 0.7f), box(50, 50, 30, 0.8f), box(0, 0, 30, 0.9f), box(200, 0, 12, 0.95f)}};
    const PrecisionRecall all = precision_recall(found, pictures);
    CHECK(all.score == std::vector<float>{0.95f, 0.9f, 0.8f, 0.7f});
    CHECK(all.precision == std::vector<float>{1, 1, 2.0f / 3, 3.0f / 4});
    CHECK(all.recall == std::vector<float>{1.0f / 3, 2.0f / 3, 2.0f / 3, 1});
    const PrecisionRecall large = precision_recall(found, pictures, {}, 20);
    CHECK(large.precision == std::vector<float>{1, 1.0f / 2, 2.0f / 3});
    CHECK(large.recall == std::vector<float>{1.0f / 2, 1.0f / 2, 1});
    CHECK(precision_recall(found, pictures, {}, 31).score.empty());
    CHECK_THROWS_AS(precision_recall({}, pictures), Error);
}

TEST_CASE("a second box on a face is wrong, and the better score takes it") {
    const std::vector<LabelledPicture> pictures{{"a", {face(0, 0, 30)}, {}}};
    CHECK(ap({{box(0, 0, 30, 0.5f), box(1, 1, 30, 0.9f)}}, pictures) == Approx(1));
    CHECK(evaluate_faces({{box(0, 0, 30, 0.5f), box(1, 1, 30, 0.9f)}}, pictures).accuracy[0].best_f1_score ==
          Approx(0.9));
}

TEST_CASE("overlap below the bound does not count as found") {
    const std::vector<LabelledPicture> pictures{{"a", {face(0, 0, 30)}, {}}};
    CHECK(ap({{box(0, 12, 30, 0.9f)}}, pictures) == Approx(0));  // 18 / 42 of the union
    CHECK(ap({{box(0, 12, 30, 0.9f)}}, pictures, 0, {.iou = 0.4f}) == Approx(1));
}

TEST_CASE("faces below the height are not asked for, and neither are boxes on them or as small as them") {
    const std::vector<LabelledPicture> pictures{{"a", {face(0, 0, 10), face(100, 0, 40)}, {}}};
    const std::vector<std::vector<ScoredBox>> found{
        {box(0, 0, 10, 0.95f), box(50, 50, 8, 0.9f), box(100, 0, 40, 0.5f)}};
    const FaceEvaluation e = evaluate_faces(found, pictures);
    CHECK(e.accuracy[0].faces == 2);
    CHECK(e.accuracy[0].average_precision < 1);
    CHECK(e.accuracy[1].faces == 1);
    CHECK(e.accuracy[1].average_precision == Approx(1));
    CHECK(e.accuracy[2].min_height_px == 24);
    CHECK(e.accuracy[2].average_precision == Approx(1));
}

TEST_CASE("boxes on ignored faces never count; in ignore regions only if that is asked for") {
    const std::vector<LabelledPicture> pictures{{"a", {face(0, 0, 40), face(100, 0, 40, true)}, {{200, 0, 300, 100}}}};
    const std::vector<std::vector<ScoredBox>> on_ignored{{box(100, 0, 40, 0.9f), box(0, 0, 40, 0.5f)}};
    CHECK(ap(on_ignored, pictures) == Approx(1));
    const std::vector<std::vector<ScoredBox>> in_region{{box(220, 20, 40, 0.9f), box(0, 0, 40, 0.5f)}};
    CHECK(ap(in_region, pictures) == Approx(0.5));
    CHECK(ap(in_region, pictures, 0, {.use_ignore_regions = true}) == Approx(1));
}

TEST_CASE("an empty answer and an empty set give zeros, not a division by zero") {
    CHECK(ap({{}}, {{"a", {face(0, 0, 30)}, {}}}) == 0);
    CHECK(ap({{box(0, 0, 30, 0.9f)}}, {{"a", {}, {}}}) == 0);
    CHECK(evaluate_faces({}, {}).pictures == 0);
}

TEST_CASE("evaluate_faces refuses what it cannot judge") {
    CHECK(error_message(ErrorCode::invalid_argument, [] {
              evaluate_faces({{}, {}}, {{"a", {}, {}}});
          }) == "evaluate_faces: got boxes for 2 pictures and labels for 1");
    const float nan = std::numeric_limits<float>::quiet_NaN();
    error_message(ErrorCode::invalid_argument, [&] { evaluate_faces({{box(0, nan, 30, 0.9f)}}, {{"a", {}, {}}}); });
    CHECK(error_message(ErrorCode::invalid_argument, [&] { evaluate_faces({}, {}, {.iou = 0}); }) ==
          "FaceEvaluationOptions: iou must be in (0, 1], got 0");
    error_message(ErrorCode::invalid_argument, [&] { evaluate_faces({}, {}, {.iou = nan}); });
}

TEST_CASE("the figures as JSON") {
    const std::string text = evaluate_faces({{box(0, 0, 30, 0.5f)}}, {{"a", {face(0, 0, 30)}, {}}}).to_json();
    CHECK(text.starts_with(R"({"pictures": 1, "found": 1, "accuracy": [{"min_height_px": 0, "faces": 1, )"
                           R"("average_precision": 1.0000)"));
}
