#include "emotion/video_url.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/check.hpp"

namespace emotion {
namespace {

constexpr std::string_view kHidden = "***";

/// RFC 3986: all but the unreserved characters as %XX.
std::string percent_encoded(const std::string& text) {
    std::string result;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool plain =
            byte < 0x80 && (std::isalnum(byte) || std::string_view("-._~").find(letter) != std::string::npos);
        result += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
    }
    return result;
}

bool is_space(char letter) {
    return std::isspace(static_cast<unsigned char>(letter)) != 0;
}

/// Whether a query parameter of this name may hold a secret.
bool names_a_secret(std::string_view name) {
    std::string lower;
    for (const char letter : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    for (const char* word : {"pass", "pwd", "psw", "token", "secret", "key", "auth", "sign"})
        if (lower.find(word) != std::string::npos) return true;
    return false;
}

/// Where the address ends that begins here: at a space, but for spaces before an '@', which stand in a password.
std::size_t end_of_address(const std::string& text, std::size_t begin) {
    const auto space_from = [&text](std::size_t place) {
        while (place < text.size() && !is_space(text[place])) ++place;
        return place;
    };
    const std::size_t end = space_from(begin);
    const std::size_t host_end = std::min(text.find_first_of("/?#\r\n", begin), text.size());
    const std::size_t at = host_end > end ? text.rfind('@', host_end) : std::string::npos;
    return at != std::string::npos && at > end ? space_from(at) : end;
}

/// In each word with "://" in it: from the first ':' behind that to the last '@'.
std::string hide_users_passwords(const std::string& text) {
    std::string result;
    std::size_t done = 0;
    for (std::size_t mark = text.find("://"); mark != std::string::npos; mark = text.find("://", done)) {
        const std::size_t begin = mark + 3;
        const std::size_t end = end_of_address(text, begin);
        const std::string_view word = std::string_view(text).substr(begin, end - begin);
        const std::size_t colon = word.find(':'), at = word.rfind('@');
        if (colon < at && at != std::string_view::npos) {
            result.append(text, done, begin + colon + 1 - done).append(kHidden);
            done = begin + at;
        }
        result.append(text, done, end - done);
        done = end;
    }
    return result.append(text, done);
}

/// The values of query parameters.
std::string hide_query_secrets(const std::string& text) {
    std::string result;
    std::size_t done = 0;
    for (std::size_t mark = text.find_first_of("?&;"); mark != std::string::npos;
         mark = text.find_first_of("?&;", std::max(mark + 1, done))) {
        const std::size_t equals = text.find_first_of("=?&; \t\r\n", mark + 1);
        if (equals == std::string::npos || text[equals] != '=') continue;
        if (!names_a_secret(std::string_view(text).substr(mark + 1, equals - mark - 1))) continue;
        result.append(text, done, equals + 1 - done).append(kHidden);
        done = std::min(text.find_first_of("&;# \t\r\n", equals), text.size());
    }
    return result.append(text, done);
}

}  // namespace

std::string ip_camera_url(const std::string& address, const std::string& login, const std::string& password) {
    require(!address.empty() && address.find_first_of("/@?# \t\r\n") == std::string::npos,
            "ip_camera_url: address must be a host, or host:port, got '{}'", without_password(address));
    const std::size_t bracket = address.rfind(']');  // [IPv6]
    const std::size_t colon = address.find(':', bracket == std::string::npos ? 0 : bracket);
    return fmt::format("rtsp://{}:{}@{}{}/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif",
                       percent_encoded(login), percent_encoded(password), address,
                       colon == std::string::npos ? ":554" : "");
}

std::string without_password(const std::string& text) {
    return hide_query_secrets(hide_users_passwords(text));
}

}  // namespace emotion
