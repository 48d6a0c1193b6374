// Says when an expression changes. usage: callback VIDEO|CAMERA|ADDRESS [CHANGES]
// A program of one's own would do its work in place of printf. CHANGES: how many to wait for.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "emotion/emotion.hpp"

int main(int argc, char** argv) try {
    if (argc < 2)
        throw emotion::Error(emotion::ErrorCode::invalid_argument, "usage: callback VIDEO|CAMERA|ADDRESS [CHANGES]");
    const int wanted = argc > 2 ? std::atoi(argv[2]) : 0;
    int changes = 0;
    std::map<std::int64_t, std::string> last;
    emotion::Emanalysis run{emotion::VideoSource(argv[1])};
    run.run([&](const emotion::FrameResult& frame) {
        for (const emotion::TrackedFace& face : frame.faces) {
            if (!face.emotion || last[face.track.id] == face.emotion->label()) continue;
            last[face.track.id] = face.emotion->label();
            std::printf("%.1f s  head %lld: %s\n", frame.time_s, static_cast<long long>(face.track.id),
                        face.emotion->label().c_str());
            ++changes;
        }
        return wanted == 0 || changes < wanted;  // false: enough
    });
    return 0;
} catch (const emotion::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
