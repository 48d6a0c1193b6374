#include "emotion/video_url.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/check.hpp"

namespace emotion {
namespace {

constexpr std::string_view kHidden = "***", kSpaces = " \t\v\f";

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

/// Whether a query parameter of this name may hold a secret.
bool names_a_secret(std::string_view name) {
    std::string lower;
    for (const char letter : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    for (const char* word : {"pass", "pwd", "psw", "token", "secret", "key", "auth", "sign"})
        if (lower.find(word) != std::string::npos) return true;
    return false;
}

/// How far the user and password of an address that begins here may reach: to the end of the line, for a password may
/// hold spaces and slashes, or to the next address, but where a password goes on over the space before that.
std::size_t end_of_reach(std::string_view line, std::size_t begin) {
    const std::size_t colon = line.find(':', begin), at = line.find('@', begin);
    for (std::size_t space = line.find_first_of(kSpaces, begin), next; space < line.size(); space = next) {
        next = std::min(line.find_first_of(kSpaces, space + 1), line.size());
        const std::size_t mark = line.substr(space, next - space).find("://");
        if (mark != std::string_view::npos && mark > 1 && (colon > space || at < space)) return space;
    }
    return line.size();
}

/// From the first ':' behind a "://" to the last '@' within reach; within the word, where a path begins before the ':'.
std::string hide_in_line(std::string_view line) {
    std::string result;
    std::size_t done = 0;
    if (line.find('@') == std::string_view::npos) return std::string(line);
    for (std::size_t mark = line.find("://"); mark != std::string_view::npos; mark = line.find("://", done)) {
        const std::size_t begin = mark + 3;
        const std::size_t colon = line.find(':', begin);
        const bool in_path = line.find('/', begin) < colon;
        const std::size_t word_end = std::min(line.find_first_of(kSpaces, begin), line.size());
        const std::size_t end = in_path ? word_end : end_of_reach(line, begin);
        const std::size_t at = line.substr(0, end).rfind('@');
        if (colon < at && at != std::string_view::npos) {
            result.append(line, done, colon + 1 - done).append(kHidden);
            done = at;
        }
        result.append(line, done, end - done);
        done = end;
    }
    return result.append(line, done);
}

std::string hide_users_passwords(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        result.append(hide_in_line(text.substr(0, end))).append(text.substr(end, 1));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
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
