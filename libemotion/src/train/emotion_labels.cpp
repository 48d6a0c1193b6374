#include "train/emotion_labels.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <map>
#include <numeric>

#include "base/check.hpp"
#include "train/emotion_data.hpp"

namespace emotion::train {
namespace {

// DiffusionFER's numbers 0 ... 6 as places in emotion_labels().
constexpr std::array<int, 7> kDiffusionFer{0, 1, 3, 2, 6, 5, 4};

// Valence and arousal of the classes in FER+ order; the coordinates of emotion/circumplex.hpp, neutral at the centre.
constexpr std::array<std::array<float, 2>, 8> kCircumplex{{{0, 0},
                                                           {0.98f, 0.19f},
                                                           {0.43f, 0.90f},
                                                           {-0.90f, -0.44f},
                                                           {-0.46f, 0.89f},
                                                           {-0.81f, 0.58f},
                                                           {-0.14f, 0.99f},
                                                           {-0.65f, 0.76f}}};

/// The fields of a CSV line; a field may stand in double quotes, a doubled quote inside is one.
std::vector<std::string> split_csv(const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += line[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

/// A label file read line by line; errors name the file and the line.
class LabelFile {
public:
    explicit LabelFile(std::filesystem::path path) : path_(std::move(path)), in_(path_) {
        if (!in_) fail(ErrorCode::io, "data set: cannot read the label file {}", path_.string());
    }

    bool next(std::vector<std::string>& fields) {
        std::string line;
        while (std::getline(in_, line)) {
            ++line_;
            if (line.empty() || line == "\r") continue;
            fields = split_csv(line);
            return true;
        }
        return false;
    }

    [[noreturn]] void wrong(const std::string& what) const {
        fail(ErrorCode::io, "data set: {}, line {}: {}", path_.string(), line_, what);
    }

    float number(const std::string& text, const char* what, float low, float high) const {
        float value = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || !(value >= low && value <= high))
            wrong(fmt::format("{} must be a number in [{}, {}], got '{}'", what, low, high, text));
        return value;
    }

private:
    std::filesystem::path path_;
    std::ifstream in_;
    int line_ = 0;
};

std::vector<LabelledPicture> read_votes(const std::filesystem::path& path) {
    LabelFile file(path);
    std::vector<LabelledPicture> result;
    std::vector<std::string> fields;
    while (file.next(fields)) {
        if (fields.size() != 12)
            file.wrong(fmt::format("expected a picture, a box and ten votes, got {} fields", fields.size()));
        std::array<float, 10> votes{};
        for (std::size_t i = 0; i < votes.size(); ++i) votes[i] = file.number(fields[i + 2], "a vote", 0, 1000);
        result.push_back(picture_from_votes(fields[0], votes));
    }
    return result;
}

std::vector<LabelledPicture> read_table(const std::filesystem::path& path) {
    LabelFile file(path);
    std::vector<std::string> fields;
    if (!file.next(fields)) file.wrong("the file is empty");
    std::map<std::string, std::size_t> column;
    for (std::size_t i = 0; i < fields.size(); ++i) column[fields[i]] = i;
    const std::size_t width = fields.size();
    const bool has_name = column.contains("emotion");
    const bool has_number = !has_name && column.contains("expression");
    const bool has_va = column.contains("valence") && column.contains("arousal");
    if (!column.contains("image") || !(has_name || has_number || has_va))
        file.wrong("expected a header with 'image' and 'emotion', 'expression' or 'valence' and 'arousal'");
    std::vector<LabelledPicture> result;
    while (file.next(fields)) {
        if (fields.size() != width)
            file.wrong(fmt::format("expected {} fields as in the header, got {}", width, fields.size()));
        LabelledPicture picture;
        picture.name = fields[column["image"]];
        if (has_name) {
            picture.majority = emotion_label_index(fields[column["emotion"]]);
            if (picture.majority < 0)
                file.wrong(fmt::format("unknown emotion '{}', expected one of {}", fields[column["emotion"]],
                                       fmt::join(emotion_labels(), ", ")));
        } else if (has_number) {
            const float number = file.number(fields[column["expression"]], "expression", 0, 6);
            picture.majority = kDiffusionFer[static_cast<std::size_t>(number)];
        }
        if (picture.majority >= 0) {
            picture.classes[static_cast<std::size_t>(picture.majority)] = 1;
            picture.has_classes = true;
        }
        if (has_va && !fields[column["valence"]].empty())
            picture.va = {file.number(fields[column["valence"]], "valence", -1, 1),
                          file.number(fields[column["arousal"]], "arousal", -1, 1)};
        if (picture.has_classes || picture.va) result.push_back(std::move(picture));
    }
    return result;
}

/// The name without its ending and without a trailing "_number".
std::string group_of(const std::string& name) {
    std::string stem = name.substr(0, name.rfind('.'));
    const std::size_t digits = stem.find_last_not_of("0123456789");
    if (digits != std::string::npos && digits + 1 < stem.size() && stem[digits] == '_') stem.resize(digits);
    return stem;
}

struct Part {
    int first = 0;
    int last = 0;
    int count = 1;
};

Part parse_part(const std::string& text) {
    if (text == "all") return {};
    Part part;
    const char* end = text.data() + text.size();
    auto [p, e] = std::from_chars(text.data(), end, part.first);
    bool good = e == std::errc{};
    part.last = part.first;
    if (good && p != end && *p == '-') {
        auto [q, e2] = std::from_chars(p + 1, end, part.last);
        good = e2 == std::errc{};
        p = q;
    }
    good = good && p != end && *p == '/';
    if (good) {
        auto [q, e3] = std::from_chars(p + 1, end, part.count);
        good = e3 == std::errc{} && q == end;
    }
    good = good && part.first >= 0 && part.first <= part.last && part.last < part.count;
    require(good, "EmotionDataset: part must be \"all\", \"A/N\" or \"A-B/N\" with 0 <= A <= B < N, got \"{}\"", text);
    return part;
}

}  // namespace

LabelledPicture picture_from_votes(const std::string& name, const std::array<float, 10>& votes) {
    LabelledPicture picture;
    picture.name = name;
    std::array<float, 10> kept = votes;
    for (float& vote : kept)
        if (vote <= 1) vote = 0;
    const float total = std::accumulate(kept.begin(), kept.end(), 0.0f);
    const auto winner = std::max_element(kept.begin(), kept.end()) - kept.begin();
    const float most = kept[static_cast<std::size_t>(winner)];
    if (total <= 0 || winner >= 8) return picture;
    const float emotions = std::accumulate(kept.begin(), kept.begin() + 8, 0.0f);
    for (std::size_t i = 0; i < 8; ++i) picture.classes[i] = kept[i] / emotions;
    picture.has_classes = true;
    if (most > 0.5f * total) picture.majority = static_cast<int>(winner);
    picture.clear = most > 0.5f * std::accumulate(votes.begin(), votes.end(), 0.0f);
    return picture;
}

std::array<float, 2> mean_circumplex(const std::array<float, 8>& classes) {
    std::array<float, 2> mean{};
    for (std::size_t i = 0; i < classes.size(); ++i)
        for (std::size_t k = 0; k < 2; ++k) mean[k] += classes[i] * kCircumplex[i][k];
    return mean;
}

std::vector<LabelledPicture> read_emotion_labels(const EmotionDataset& set) {
    const Part part = parse_part(set.part);
    if (!std::filesystem::is_directory(set.path))
        fail(ErrorCode::io, "data set: there is no folder {}", set.path.string());
    const bool votes = std::filesystem::exists(set.path / "label.csv");
    if (!votes && !std::filesystem::exists(set.path / "labels.csv"))
        fail(ErrorCode::io, "data set: {} holds neither label.csv nor labels.csv", set.path.string());
    std::vector<LabelledPicture> all = votes ? read_votes(set.path / "label.csv") : read_table(set.path / "labels.csv");
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::vector<LabelledPicture> result;
    std::string group;
    int place = -1;
    for (LabelledPicture& picture : all) {
        if (std::string own = group_of(picture.name); own != group || place < 0) {
            group = std::move(own);
            ++place;
        }
        const int fold = place % part.count;
        const bool useful = picture.has_classes || picture.va;
        if (useful && fold >= part.first && fold <= part.last) result.push_back(std::move(picture));
    }
    return result;
}

}  // namespace emotion::train

namespace emotion {

void EmotionDataset::validate() const {
    require(!path.empty(), "EmotionDataset: path is empty");
    require(class_weight >= 0 && class_weight <= 1e6, "EmotionDataset: class_weight must be in [0, 1e6], got {}",
            class_weight);
    require(va_weight >= 0 && va_weight <= 1e6, "EmotionDataset: va_weight must be in [0, 1e6], got {}", va_weight);
    train::parse_part(part);
}

EmotionDataset parse_emotion_dataset(const std::string& text) {
    EmotionDataset set;
    std::size_t begin = text.find(',');
    set.path = text.substr(0, begin);
    while (begin != std::string::npos) {
        const std::size_t end = text.find(',', begin + 1);
        const std::string field = text.substr(begin + 1, end == std::string::npos ? end : end - begin - 1);
        const std::size_t equals = field.find('=');
        const std::string key = field.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : field.substr(equals + 1);
        if (key == "part") {
            set.part = value;
        } else if (key == "classes" || key == "va") {
            double& weight = key == "va" ? set.va_weight : set.class_weight;
            auto [last, error] = std::from_chars(value.data(), value.data() + value.size(), weight);
            require(error == std::errc{} && last == value.data() + value.size(),
                    "data set: {} needs a number, got '{}'", key, value);
        } else {
            fail(ErrorCode::invalid_argument, "data set: expected part=, classes= or va= after the path, got '{}'",
                 field);
        }
        begin = end;
    }
    set.validate();
    return set;
}

}  // namespace emotion
