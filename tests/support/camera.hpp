#pragma once

/// The answer of an HTTP camera, for test_http::Server: JPEG pictures one after the other, then the connection ends.

#include <string>
#include <vector>

#include "base/files.hpp"
#include "emotion/image_io.hpp"
#include "support/http_server.hpp"
#include "unit/image/pictures.hpp"

namespace test_http {

inline Answer camera(const std::vector<emotion::Image>& pictures) {
    const emotion::ScratchFolder folder;
    Answer answer;
    answer.chunked = true;
    answer.header = "Content-Type: multipart/x-mixed-replace; boundary=frame\r\n";
    for (const emotion::Image& picture : pictures) {
        const auto path = folder.path() / "picture.jpg";
        emotion::write_image(path, picture);
        const std::string bytes = emotion::read_file(path, 1 << 24);
        answer.body += "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + std::to_string(bytes.size()) +
                       "\r\n\r\n" + bytes + "\r\n";
    }
    return answer;
}

}  // namespace test_http
