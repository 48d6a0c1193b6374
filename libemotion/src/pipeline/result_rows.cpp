#include "pipeline/result_rows.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace emotion {
namespace {

constexpr float kSmallestProbability = 1e-9f;  // its logarithm is still a number
constexpr int kAngleDigits = 1;
constexpr int kLogitDigits = 4;

TableField decimal(float value, int digits) {
    return Decimal{static_cast<double>(value), digits};
}

TableField decimal(const std::optional<float>& value, int digits) {
    return value ? decimal(*value, digits) : TableField{};
}

void append(std::vector<std::string>& columns, const std::vector<std::string>& more) {
    columns.insert(columns.end(), more.begin(), more.end());
}

}  // namespace

void check_labels(const FrameResult& result, const std::vector<std::string>& labels, const char* who) {
    const std::size_t count = result.statistics.emotion_counts.size();
    require(labels.empty() || count == 0 || count == labels.size(), "{}: the result has {} labels, expected {}", who,
            count, labels.size());
}

std::vector<std::string> face_columns(const std::vector<std::string>& labels) {
    std::vector<std::string> columns{"time_s", "frame", "track", "seen", "x1", "y1", "x2", "y2", "score"};
    if (!labels.empty()) {
        columns.push_back("label");
        append(columns, labels);
        append(columns, {"valence", "arousal"});
    }
    append(columns, {"yaw_deg", "pitch_deg", "roll_deg"});
    return columns;
}

std::vector<TableRow> face_rows(const FrameResult& result, const std::vector<std::string>& labels) {
    std::vector<TableRow> rows;
    for (const TrackedFace& face : result.faces) {
        const Rect& box = face.track.face.box;
        TableRow row{Decimal{result.time_s, TableDigits::time_s}, result.number, face.track.id,
                     std::int64_t{face.track.seen_now}};
        for (float value : {box.x1, box.y1, box.x2, box.y2}) row.push_back(decimal(value, TableDigits::box_px));
        row.push_back(decimal(face.track.face.score, TableDigits::score));
        if (!labels.empty() && face.emotion) {
            row.emplace_back(face.emotion->label());
            for (float p : face.emotion->probabilities) row.push_back(decimal(p, TableDigits::probability));
            row.push_back(decimal(face.emotion->valence, TableDigits::valence_arousal));
            row.push_back(decimal(face.emotion->arousal, TableDigits::valence_arousal));
        } else if (!labels.empty()) {
            row.resize(row.size() + labels.size() + 3);
        }
        if (face.pose)
            for (float angle : {face.pose->yaw_deg, face.pose->pitch_deg, face.pose->roll_deg})
                row.push_back(decimal(angle, kAngleDigits));
        else
            row.resize(row.size() + 3);
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::string> frame_columns(const std::vector<std::string>& labels) {
    std::vector<std::string> columns{"time_s", "frame", "after_gap", "head_count", "front_share"};
    if (!labels.empty()) {
        append(columns, labels);
        append(columns, {"attention_coef", "valence", "arousal"});
    }
    return columns;
}

TableRow frame_row(const FrameResult& result, const std::vector<std::string>& labels) {
    const FrameStatistics& statistics = result.statistics;
    TableRow row{Decimal{result.time_s, TableDigits::time_s}, result.number, std::int64_t{result.after_gap},
                 std::int64_t{statistics.head_count}, decimal(statistics.front_share, TableDigits::probability)};
    if (labels.empty()) return row;
    for (std::size_t i = 0; i < labels.size(); ++i)
        row.emplace_back(std::int64_t{statistics.emotion_counts.empty() ? 0 : statistics.emotion_counts[i]});
    row.push_back(decimal(statistics.attention_coef, TableDigits::probability));
    row.push_back(decimal(statistics.valence, TableDigits::valence_arousal));
    row.push_back(decimal(statistics.arousal, TableDigits::valence_arousal));
    return row;
}

std::vector<std::string> raw_columns(const std::vector<std::string>& labels) {
    std::vector<std::string> columns{"frame"};
    append(columns, labels);
    return columns;
}

std::vector<TableRow> raw_rows(const FrameResult& result, const std::vector<std::string>& labels) {
    std::vector<TableRow> rows;
    if (labels.empty()) return rows;
    for (const TrackedFace& face : result.faces) {
        if (!face.now) continue;
        TableRow row{result.number};
        for (float p : face.now->probabilities)
            row.push_back(decimal(std::log(std::max(p, kSmallestProbability)), kLogitDigits));
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace emotion
