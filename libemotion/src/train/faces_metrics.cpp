#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.hpp"
#include "emotion/evaluate_faces.hpp"
#include "emotion/precision_recall.hpp"

namespace emotion {
namespace {

/// What a found box counts as.
struct Verdict {
    float score;
    bool right;
};

/// The share of a box that lies in a region.
float share_of(const Rect& box, const Rect& region) {
    const float area = box.area();
    return area > 0 ? intersection(box, region).area() / area : 0.0f;
}

/// The verdicts of one picture's boxes; boxes that do not count are left out.
void judge(const std::vector<ScoredBox>& found, const LabelledPicture& picture, float min_height,
           const FaceEvaluationOptions& options, std::vector<Verdict>& verdicts) {
    std::vector<std::size_t> order(found.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return found[a].score > found[b].score; });
    std::vector<bool> taken(picture.faces.size(), false);
    for (std::size_t i : order) {
        const ScoredBox& box = found[i];
        std::size_t best = picture.faces.size();
        float best_iou = options.iou;
        bool on_ignored = false;
        for (std::size_t k = 0; k < picture.faces.size(); ++k) {
            const float overlap = iou(box.box, picture.faces[k].box);
            if (picture.faces[k].ignored) {
                on_ignored = on_ignored || overlap >= options.iou;
            } else if (!taken[k] && overlap >= best_iou) {
                best = k;
                best_iou = overlap;
            }
        }
        if (best < picture.faces.size()) {
            taken[best] = true;
            if (picture.faces[best].box.height() >= min_height) verdicts.push_back({box.score, true});
            continue;
        }
        bool counts = !on_ignored && box.box.height() >= min_height;
        if (options.use_ignore_regions)
            for (const Rect& region : picture.ignore_regions) counts = counts && share_of(box.box, region) < 0.5f;
        if (counts) verdicts.push_back({box.score, false});
    }
}

/// The verdicts of all pictures, best score first, and the number of faces asked for.
struct Judgement {
    std::vector<Verdict> verdicts;
    int faces = 0;
};

Judgement judge_all(const std::vector<std::vector<ScoredBox>>& found, const std::vector<LabelledPicture>& pictures,
                    float min_height, const FaceEvaluationOptions& options) {
    Judgement all;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        judge(found[i], pictures[i], min_height, options, all.verdicts);
        for (const FaceLabel& face : pictures[i].faces)
            all.faces += !face.ignored && face.box.height() >= min_height ? 1 : 0;
    }
    std::stable_sort(all.verdicts.begin(), all.verdicts.end(),
                     [](const Verdict& a, const Verdict& b) { return a.score > b.score; });
    return all;
}

FaceAccuracy accuracy(const Judgement& all, float min_height) {
    const auto& [verdicts, faces] = all;
    FaceAccuracy result{.min_height_px = min_height, .faces = faces};
    if (faces == 0 || verdicts.empty()) return result;
    std::vector<double> precision;
    double right = 0;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        right += verdicts[i].right ? 1 : 0;
        precision.push_back(right / static_cast<double>(i + 1));
        const double f1 = 2 * right / (static_cast<double>(i + 1) + faces);
        if (f1 > result.best_f1) {
            result.best_f1 = f1;
            result.best_f1_score = static_cast<double>(verdicts[i].score);
        }
    }
    result.recall = right / faces;
    double highest = 0;
    for (std::size_t i = verdicts.size(); i-- > 0;) {
        highest = std::max(highest, precision[i]);
        if (verdicts[i].right) result.average_precision += highest / faces;
    }
    return result;
}

void require_usable(const std::vector<std::vector<ScoredBox>>& found, const std::vector<LabelledPicture>& pictures,
                    const FaceEvaluationOptions& options) {
    options.validate();
    require(found.size() == pictures.size(), "evaluate_faces: got boxes for {} pictures and labels for {}",
            found.size(), pictures.size());
    for (const std::vector<ScoredBox>& boxes : found)
        for (const ScoredBox& b : boxes)
            require(std::isfinite(b.score) && std::isfinite(b.box.x1) && std::isfinite(b.box.y1) &&
                        std::isfinite(b.box.x2) && std::isfinite(b.box.y2),
                    "evaluate_faces: a found box or its score is not a finite number");
}

}  // namespace

void FaceEvaluationOptions::validate() const {
    require(iou > 0 && iou <= 1, "FaceEvaluationOptions: iou must be in (0, 1], got {}", iou);
}

FaceEvaluation evaluate_faces(const std::vector<std::vector<ScoredBox>>& found,
                              const std::vector<LabelledPicture>& pictures, const FaceEvaluationOptions& options) {
    require_usable(found, pictures, options);
    FaceEvaluation result{.pictures = static_cast<int>(pictures.size())};
    for (const std::vector<ScoredBox>& boxes : found) result.found += static_cast<int>(boxes.size());
    for (float min_height : {0.0f, 12.0f, 24.0f})
        result.accuracy.push_back(accuracy(judge_all(found, pictures, min_height, options), min_height));
    return result;
}

PrecisionRecall precision_recall(const std::vector<std::vector<ScoredBox>>& found,
                                 const std::vector<LabelledPicture>& pictures, const FaceEvaluationOptions& options,
                                 float min_height_px) {
    require_usable(found, pictures, options);
    const auto [verdicts, faces] = judge_all(found, pictures, min_height_px, options);
    PrecisionRecall curve;
    if (faces == 0) return curve;
    int right = 0;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        right += verdicts[i].right ? 1 : 0;
        curve.score.push_back(verdicts[i].score);
        curve.precision.push_back(static_cast<float>(right) / static_cast<float>(i + 1));
        curve.recall.push_back(static_cast<float>(right) / static_cast<float>(faces));
    }
    return curve;
}

std::string FaceEvaluation::to_json() const {
    std::string rows;
    for (const FaceAccuracy& a : accuracy)
        rows += fmt::format(
            "{}{{\"min_height_px\": {:g}, \"faces\": {}, \"average_precision\": {:.4f}, \"recall\": {:.4f}, "
            "\"best_f1\": {:.4f}, \"best_f1_score\": {:.4f}}}",
            rows.empty() ? "" : ", ", a.min_height_px, a.faces, a.average_precision, a.recall, a.best_f1,
            a.best_f1_score);
    return fmt::format("{{\"pictures\": {}, \"found\": {}, \"accuracy\": [{}]}}", pictures, found, rows);
}

}  // namespace emotion
