#include "emotion/recording.hpp"

#include <cmath>
#include <functional>
#include <optional>
#include <variant>

#include "base/check.hpp"
#include "pipeline/result_rows.hpp"

namespace emotion {
namespace {

/// A table in the format that its file's name asks for.
class Table {
public:
    Table(const std::filesystem::path& path, const std::vector<std::string>& columns) {
        if (path.extension() == ".jsonl")
            writer_.emplace<JsonLinesWriter>(path, columns);
        else
            writer_.emplace<CsvWriter>(path, columns);
    }
    void write(const std::vector<TableRow>& rows) {
        if (rows.empty()) return;
        if (auto* csv = std::get_if<CsvWriter>(&writer_)) csv->write(rows);
        if (auto* lines = std::get_if<JsonLinesWriter>(&writer_)) lines->write(rows);
    }

private:
    std::variant<std::monostate, CsvWriter, JsonLinesWriter> writer_;
};

}  // namespace

void RecordingOptions::validate() const {
    overlay.validate();
    encoder.validate();
    require(std::isfinite(fps) && fps > 0, "Recording: fps must be above 0, got {}", fps);
    require(video.empty() || video.extension() == ".mp4", "Recording: the video must be a .mp4 file, got {}",
            video.string());
    for (const auto* table : {&faces_table, &frames_table, &raw_table})
        require(table->empty() || table->extension() == ".csv" || table->extension() == ".jsonl",
                "Recording: a table must be a .csv or a .jsonl file, got {}", table->string());
    const std::filesystem::path* outputs[] = {&video, &faces_table, &frames_table, &raw_table};
    for (const auto* a : outputs)
        for (const auto* b : outputs)
            require(a == b || a->empty() || a->lexically_normal() != b->lexically_normal(),
                    "Recording: two outputs have the same name, {}", a->string());
}

struct Recording::Impl {
    /// An output, ended by its first failure.
    struct Output {
        std::function<void(const FrameResult&)> add;
        std::function<void()> close;
    };

    Impl(std::vector<std::string> names, const RecordingOptions& given)
        : labels(std::move(names)), options(given), overlay(labels, given.overlay) {
        options.validate();
        add_table(options.faces_table, face_columns(labels),
                  [this](const FrameResult& r) { return face_rows(r, labels); });
        add_table(options.frames_table, frame_columns(labels),
                  [this](const FrameResult& r) { return std::vector<TableRow>{frame_row(r, labels)}; });
        add_table(options.raw_table, raw_columns(labels), [this](const FrameResult& r) { return raw_rows(r, labels); });
        if (!options.video.empty())
            outputs.push_back({[this](const FrameResult& result) { add_frame(result); },
                               [this] {
                                   if (writer) writer->close();
                               }});
    }

    template <class Rows>
    void add_table(const std::filesystem::path& path, const std::vector<std::string>& columns, Rows rows) {
        if (path.empty()) return;
        auto table = std::make_shared<Table>(path, columns);
        outputs.push_back({[table, rows](const FrameResult& result) { table->write(rows(result)); }, [] {}});
    }

    void add_frame(const FrameResult& result) {
        Image image = overlay.draw(result);
        if (!writer) {
            height = image.height();
            width = image.width();
            writer.emplace(options.video, height, width, options.fps, options.encoder);
        }
        // A folder may hold pictures of several sizes, a video has one.
        if (image.height() != height || image.width() != width) image = resize(image, height, width);
        writer->write(image, result.time_s);
    }

    /// Calls a part of every output; one that throws is taken out and named.
    template <class Call>
    void each(Call&& call) {
        std::erase_if(outputs, [&](Output& output) {
            try {
                call(output);
                return false;
            } catch (const std::exception& error) {
                failures.emplace_back(error.what());
                return true;
            }
        });
    }

    std::vector<std::string> labels;
    RecordingOptions options;
    Overlay overlay;
    std::optional<VideoWriter> writer;
    int height = 0;
    int width = 0;
    std::vector<Output> outputs;
    std::vector<std::string> failures;
};

Recording::Recording(std::vector<std::string> labels, const RecordingOptions& options)
    : impl_(std::make_unique<Impl>(std::move(labels), options)) {}

Recording::~Recording() = default;
Recording::Recording(Recording&&) noexcept = default;
Recording& Recording::operator=(Recording&&) noexcept = default;

void Recording::add(const FrameResult& result) {
    check_labels(result, impl_->labels, "Recording");
    impl_->each([&](Impl::Output& output) { output.add(result); });
}

void Recording::close() {
    impl_->each([](Impl::Output& output) { output.close(); });
    impl_->outputs.clear();
}

const std::vector<std::string>& Recording::failures() const noexcept {
    return impl_->failures;
}

}  // namespace emotion
