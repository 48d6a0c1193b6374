// Heads and expressions of a lecture, minute by minute. usage: lecture VIDEO|CAMERA|ADDRESS FOLDER
// Writes FOLDER/lecture.mp4 with all drawn on it and FOLDER/frames.csv, while it goes on.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "emotion/emotion.hpp"

int main(int argc, char** argv) try {
    if (argc != 3) throw emotion::Error(emotion::ErrorCode::invalid_argument, "usage: lecture VIDEO FOLDER");
    const std::filesystem::path folder = argv[2];

    emotion::EmanalysisOptions options;
    options.detect_every = 2;
    emotion::Emanalysis run(emotion::VideoSource(argv[1]), options);

    emotion::RecordingOptions outputs;
    outputs.video = folder / "lecture.mp4";
    outputs.frames_table = folder / "frames.csv";
    emotion::Recording recording(run.labels(), outputs);
    run.run([&](const emotion::FrameResult& frame) {
        recording.add(frame);
        return true;  // false: enough
    });
    recording.close();
    for (const std::string& failure : recording.failures()) std::fprintf(stderr, "%s\n", failure.c_str());

    for (const emotion::TimelinePoint& point : run.timeline().resample(60).points()) {
        const auto best = std::max_element(point.emotion_counts.begin(), point.emotion_counts.end());
        const char* label =
            point.frames ? run.labels()[best - point.emotion_counts.begin()].c_str() : "nothing, no picture";
        std::printf("%4.0f min  %5.1f heads, attention %.2f, mostly %s\n", point.start_s / 60, point.head_count,
                    point.attention_coef, label);
    }
    return recording.failures().empty() ? 0 : 1;
} catch (const emotion::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
