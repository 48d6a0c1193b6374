#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

#include "base/check.hpp"
#include "emotion/evaluate_faces.hpp"

namespace emotion {
namespace {

/// A label file, line by line, with the place for error messages.
class LineReader {
public:
    explicit LineReader(const std::filesystem::path& path) : path_(path), in_(path) {
        if (!in_) fail(ErrorCode::io, "face labels: cannot read {}", path.string());
    }

    /// The next line that is not empty, without the end of line; nothing at the end.
    std::optional<std::string> next() {
        std::string line;
        while (std::getline(in_, line)) {
            ++number_;
            while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
            if (!line.empty()) return line;
        }
        return std::nullopt;
    }

    /// The next line without taking it.
    std::string peek() {
        const std::streampos position = in_.tellg();
        const int number = number_;
        std::string line = next().value_or("");
        in_.clear();
        in_.seekg(position);
        number_ = number;
        return line;
    }

    [[noreturn]] void refuse(std::string_view what) const {
        fail(ErrorCode::io, "face labels: line {} of {}: {}", number_, path_.string(), what);
    }

private:
    std::filesystem::path path_;
    std::ifstream in_;
    int number_ = 0;
};

/// The numbers of a line; nothing if a word is not a finite number.
std::optional<std::vector<float>> numbers(const std::string& line) {
    std::vector<float> values;
    std::istringstream words(line);
    std::string word;
    while (words >> word) {
        float value = 0;
        auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc{} || end != word.data() + word.size() || !std::isfinite(value)) return std::nullopt;
        values.push_back(value);
    }
    return values;
}

FaceLabel to_label(const std::vector<float>& v, const LineReader& reader) {
    FaceLabel face;
    face.box = {v[0], v[1], v[0] + v[2], v[1] + v[3]};
    if (v.size() == 10) {
        face.ignored = v[7] != 0;
    } else if (v.size() == 15) {
        face.has_landmarks = v[14] != 0;
        for (std::size_t i = 0; i < 5 && face.has_landmarks; ++i) face.landmarks[i] = {v[4 + 2 * i], v[5 + 2 * i]};
    } else if (v.size() != 4) {
        reader.refuse(fmt::format("a face has 4, 10 or 15 numbers, got {}", v.size()));
    }
    return face;
}

struct Block {
    std::string name;
    std::vector<FaceLabel> faces;
};

/// What stands in a line, for error messages.
std::string quoted(const std::optional<std::string>& line) {
    return line ? fmt::format("'{:.80}'", *line) : "the end of the file";
}

std::vector<Block> read_blocks(const std::filesystem::path& path) {
    LineReader reader(path);
    std::vector<Block> blocks;
    while (std::optional<std::string> name = reader.next()) {
        Block block{*name, {}};
        const std::optional<std::string> count_line = reader.next();
        const auto count = count_line ? numbers(*count_line) : std::nullopt;
        if (!count || count->size() != 1 || !((*count)[0] >= 0 && (*count)[0] <= 1e6f) ||
            (*count)[0] != std::floor((*count)[0]))
            reader.refuse(fmt::format("expected the number of faces of {}, got {}", *name, quoted(count_line)));
        for (int i = 0; i < static_cast<int>((*count)[0]); ++i) {
            const std::optional<std::string> line = reader.next();
            const auto values = line ? numbers(*line) : std::nullopt;
            if (!values || values->size() < 4)
                reader.refuse(fmt::format("expected `x y w h` and what follows for face {} of {}, got {}", i + 1, *name,
                                          quoted(line)));
            if ((*values)[2] > 0 && (*values)[3] > 0) block.faces.push_back(to_label(*values, reader));
        }
        if ((*count)[0] == 0) {  // WIDER FACE writes a line of zeros for a picture without faces
            const auto zeros = numbers(reader.peek());
            if (zeros && zeros->size() >= 4) reader.next();
        }
        blocks.push_back(std::move(block));
    }
    return blocks;
}

void write_text(const std::filesystem::path& path, const std::string& text) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << text;
    if (!out.flush()) fail(ErrorCode::io, "face labels: cannot write {}", path.string());
}

std::filesystem::path faces_file(const std::filesystem::path& folder, const std::string& split) {
    return folder / fmt::format("wider_face_{}_bbx_gt.txt", split);
}

std::filesystem::path ignore_file(const std::filesystem::path& folder, const std::string& split) {
    return folder / fmt::format("ignore_{}_bbx.txt", split);
}

std::string box_text(const Rect& box) {
    return fmt::format("{:.2f} {:.2f} {:.2f} {:.2f}", box.x1, box.y1, box.width(), box.height());
}

}  // namespace

std::vector<LabelledPicture> read_face_labels(const std::filesystem::path& folder, const std::string& split) {
    std::map<std::string, std::vector<Rect>> regions;
    if (std::filesystem::exists(ignore_file(folder, split)))
        for (const Block& block : read_blocks(ignore_file(folder, split)))
            for (const FaceLabel& region : block.faces) regions[block.name].push_back(region.box);
    std::vector<LabelledPicture> pictures;
    for (Block& block : read_blocks(faces_file(folder, split)))
        pictures.push_back({folder / "images" / block.name, std::move(block.faces), std::move(regions[block.name])});
    return pictures;
}

void write_face_labels(const std::filesystem::path& folder, const std::string& split,
                       const std::vector<LabelledPicture>& pictures) {
    std::string faces;
    std::string regions;
    bool has_regions = false;
    for (const LabelledPicture& picture : pictures) {
        const std::string name = picture.path.lexically_relative(folder / "images").generic_string();
        std::vector<Rect> ignored = picture.ignore_regions;
        std::string lines;
        int count = 0;
        for (const FaceLabel& face : picture.faces) {
            if (face.ignored) {
                ignored.push_back(face.box);
                continue;
            }
            ++count;
            lines += box_text(face.box);
            for (const Point& p : face.landmarks)
                lines += face.has_landmarks ? fmt::format(" {:.2f} {:.2f}", p.x, p.y) : std::string(" 0 0");
            lines += face.has_landmarks ? " 1\n" : " 0\n";
        }
        faces += fmt::format("{}\n{}\n{}", name, count, count > 0 ? lines : "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
        regions += fmt::format("{}\n{}\n", name, ignored.size());
        for (const Rect& region : ignored) regions += box_text(region) + "\n";
        has_regions = has_regions || !ignored.empty();
    }
    write_text(faces_file(folder, split), faces);
    if (has_regions) write_text(ignore_file(folder, split), regions);
}

}  // namespace emotion
