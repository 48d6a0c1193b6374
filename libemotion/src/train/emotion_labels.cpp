#include "train/emotion_labels.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <set>

#include "base/check.hpp"
#include "emotion/image_io.hpp"
#include "train/emotion_samples.hpp"

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
            // Spreadsheets begin their UTF-8 files with these three bytes.
            if (++line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
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

LabelledPicture picture_of_class(const std::string& name, int index) {
    LabelledPicture picture;
    picture.name = name;
    picture.majority = index;
    picture.classes[static_cast<std::size_t>(index)] = 1;
    picture.has_classes = true;
    return picture;
}

/// A table with a header, see EmotionDataset.
class Table {
public:
    explicit Table(const std::filesystem::path& path) : file_(path) {
        if (!file_.next(fields_)) fail(ErrorCode::io, "data set: {}: the file is empty", path.string());
        for (std::size_t i = 0; i < fields_.size(); ++i)
            if (!column_.emplace(fields_[i] == "label" ? "emotion" : fields_[i], i).second && !fields_[i].empty())
                file_.wrong(fmt::format(
                    "the column '{}' is there twice{}", fields_[i],
                    fields_[i] == "label" || fields_[i] == "emotion" ? "; 'label' and 'emotion' are the same" : ""));
        for (const std::string& label : emotion_labels()) vote_columns_.push_back(label);
        auto there = [this](const std::string& name) { return column_.contains(name); };
        has_votes_ = std::any_of(vote_columns_.begin(), vote_columns_.end(), there);
        for (const std::string& label : vote_columns_)
            if (has_votes_ && !there(label)) file_.wrong(fmt::format("the column of votes '{}' is missing", label));
        vote_columns_.insert(vote_columns_.end(), {"unknown", "not_a_face"});
        has_va_ = there("valence");
        if (has_va_ != there("arousal"))
            file_.wrong(fmt::format("the column '{0}' is there without '{1}', expected both or none",
                                    has_va_ ? "valence" : "arousal", has_va_ ? "arousal" : "valence"));
        if (!there("image") || !(has_votes_ || there("emotion") || there("expression") || has_va_))
            file_.wrong(
                fmt::format("expected a header with 'image' and 'emotion' (or 'label'), 'expression', votes of the "
                            "eight classes or 'valence' and 'arousal', got '{:.200}'",
                            fmt::join(fields_, ",")));
    }

    std::vector<LabelledPicture> read() {
        const std::size_t width = fields_.size();
        std::vector<LabelledPicture> result;
        while (file_.next(fields_)) {
            if (fields_.size() != width)
                file_.wrong(fmt::format("expected {} fields as in the header, got {}", width, fields_.size()));
            if (field("image").empty()) file_.wrong("the name of the picture is empty");
            LabelledPicture picture = classes();
            if (has_va_ && !(field("valence").empty() && field("arousal").empty()))
                picture.va = {file_.number(field("valence"), "valence", -1, 1),
                              file_.number(field("arousal"), "arousal", -1, 1)};
            if (picture.has_classes || picture.va) result.push_back(std::move(picture));
        }
        return result;
    }

private:
    /// Of this line; empty for a column that is not there.
    std::string field(const std::string& name) const {
        const auto found = column_.find(name);
        return found == column_.end() ? "" : fields_[found->second];
    }

    float whole(const std::string& text, const char* what, float high) const {
        const float value = file_.number(text, what, 0, high);
        if (value != std::floor(value)) file_.wrong(fmt::format("{} must be a whole number, got '{}'", what, text));
        return value;
    }

    /// The picture of this line with its class labels, votes first.
    LabelledPicture classes() const {
        const std::string name = field("image");
        std::array<float, 10> votes{};
        bool any = false;
        for (std::size_t i = 0; has_votes_ && i < votes.size(); ++i) {
            const std::string text = field(vote_columns_[i]);
            if (text.empty()) continue;
            any = true;
            votes[i] = whole(text, "a vote", 1000);
        }
        if (any) return picture_from_votes(name, votes);
        if (const std::string label = field("emotion"); !label.empty()) {
            const int index = emotion_label_index(label);
            if (index < 0)
                file_.wrong(
                    fmt::format("unknown emotion '{}', expected one of {}", label, fmt::join(emotion_labels(), ", ")));
            return picture_of_class(name, index);
        }
        if (const std::string number = field("expression"); !number.empty() && !column_.contains("emotion"))
            return picture_of_class(name, kDiffusionFer[static_cast<std::size_t>(whole(number, "expression", 6))]);
        LabelledPicture picture;
        picture.name = name;
        return picture;
    }

    LabelFile file_;
    std::vector<std::string> fields_;  // of the last line read
    std::map<std::string, std::size_t> column_;
    std::vector<std::string> vote_columns_;  // in the order of picture_from_votes
    bool has_votes_ = false;
    bool has_va_ = false;
};

/// The pictures of folders that are named by their class. Other files, and what begins with a dot, are left alone.
std::vector<LabelledPicture> read_class_folders(const std::filesystem::path& path) {
    std::vector<LabelledPicture> result;
    bool any = false;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        const std::string label = entry.path().filename().string();
        if (!entry.is_directory() || label.starts_with('.')) continue;
        any = true;
        const int index = emotion_label_index(label);
        if (index < 0)
            fail(ErrorCode::io,
                 "data set: {} holds no label file, and its folder '{}' is named by no class, expected {}",
                 path.string(), label, fmt::join(emotion_labels(), ", "));
        for (const auto& file : std::filesystem::directory_iterator(entry.path()))
            if (const std::string name = file.path().filename().string(); is_image_path(name) && !name.starts_with('.'))
                result.push_back(picture_of_class(label + "/" + name, index));
    }
    if (!any)
        fail(ErrorCode::io, "data set: {} holds neither label.csv nor labels.csv nor folders of classes",
             path.string());
    return result;
}

bool is_table(const std::filesystem::path& path) {
    return path.extension() == ".csv" && !std::filesystem::is_directory(path);
}

std::vector<LabelledPicture> read_any_kind(const std::filesystem::path& path) {
    if (is_table(path)) return Table(path).read();
    if (!std::filesystem::is_directory(path)) fail(ErrorCode::io, "data set: there is no folder {}", path.string());
    if (std::filesystem::exists(path / "label.csv")) return read_votes(path / "label.csv");
    if (std::filesystem::exists(path / "labels.csv")) return Table(path / "labels.csv").read();
    return read_class_folders(path);
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

std::filesystem::path pictures_folder(const EmotionDataset& set) {
    return is_table(set.path) ? set.path.parent_path() : set.path;
}

std::vector<LabelledPicture> read_emotion_labels(const EmotionDataset& set) {
    const Part part = parse_part(set.part);
    std::vector<LabelledPicture> all = read_any_kind(set.path);
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
    std::set<std::string> given;
    std::size_t begin = text.find(',');
    set.path = text.substr(0, begin);
    while (begin != std::string::npos) {
        const std::size_t end = text.find(',', begin + 1);
        const std::string field = text.substr(begin + 1, end == std::string::npos ? end : end - begin - 1);
        const std::size_t equals = field.find('=');
        const std::string key = field.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : field.substr(equals + 1);
        require(given.insert(key).second, "data set: {}= is there twice in '{}'", key, text);
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
