// A camera, shown live. usage: live_camera CAMERA|ADDRESS [SECONDS]
// A line each second says what is seen and how the camera does; nothing is stored. Enter in the window ends it; without
// a display it goes on without a window.
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "emotion/emotion.hpp"

namespace {

std::optional<emotion::Window> open_window() try {
    return emotion::Window({.title = "camera"});
} catch (const emotion::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 2)
        throw emotion::Error(emotion::ErrorCode::invalid_argument, "usage: live_camera CAMERA|ADDRESS [SECONDS]");
    emotion::EmanalysisOptions options;
    if (argc > 2) options.stop_after_s = std::atof(argv[2]);
    emotion::Emanalysis run(emotion::VideoSource(argv[1]), options);
    emotion::Overlay overlay(run.labels());
    std::optional<emotion::Window> window = open_window();

    int second = -1;
    while (const std::optional<emotion::FrameResult> frame = run.next()) {
        if (window && !window->show(overlay.draw(*frame))) break;
        if (static_cast<int>(frame->time_s) <= second) continue;
        second = static_cast<int>(frame->time_s);
        const emotion::SourceHealth health = run.health();
        std::printf("%d s: %d heads, attention %.2f, %lld pictures dropped, %lld reconnects\n", second,
                    frame->statistics.head_count, frame->statistics.attention_coef,
                    static_cast<long long>(health.frames_dropped), static_cast<long long>(health.reconnects));
        std::fflush(stdout);
    }
    return 0;
} catch (const emotion::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
