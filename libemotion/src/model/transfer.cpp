#include <curl/curl.h>

#include <array>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>

#include "base/check.hpp"
#include "emotion/version.hpp"
#include "model/download.hpp"

namespace emotion {
namespace {

using UrlHandle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;
using CurlHandle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

/// One part of an address, "" where it has none.
std::string part(CURLU* url, CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return "";
    std::string result = text;
    curl_free(text);
    return result;
}

UrlHandle parse_url(const std::string& url) {
    UrlHandle handle(curl_url(), &curl_url_cleanup);
    if (!handle) fail(ErrorCode::runtime, "download_model: libcurl gives no memory for an address");
    require(
        url.find('\0') == std::string::npos && curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK,
        "download_model: '{}' is not an address", url);
    return handle;
}

bool is_loopback(const std::string& host) {
    if (host == "localhost" || host == "[::1]") return true;
    std::array<int, 4> numbers{};
    char rest = 0;
    return std::sscanf(host.c_str(), "%3d.%3d.%3d.%3d%c", &numbers[0], &numbers[1], &numbers[2], &numbers[3], &rest) ==
               4 &&
           numbers[0] == 127;
}

/// libcurl asks for one call before all others, in one thread.
void initialise_curl() {
    static std::once_flag once;
    std::call_once(once, [] {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) fail(ErrorCode::runtime, "libcurl cannot be initialised");
    });
}

/// What the callback needs, and what it has to say.
struct Transfer {
    const TransferSink& sink;
    std::uint64_t max_bytes;
    std::uint64_t received = 0;
    bool too_large = false;
    std::exception_ptr thrown;
};

std::size_t take_bytes(const char* data, std::size_t, std::size_t count, void* user) noexcept {
    auto& transfer = *static_cast<Transfer*>(user);
    transfer.received += count;
    transfer.too_large = transfer.received > transfer.max_bytes;
    if (transfer.too_large) return 0;
    try {
        transfer.sink(std::as_bytes(std::span(data, count)));
    } catch (...) {
        transfer.thrown = std::current_exception();  // an exception must not cross libcurl's C code
        return 0;
    }
    return count;
}

void set_protocols(CURL* curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, static_cast<long>(CURLPROTO_HTTPS));
#endif
}

void set_options(CURL* curl, const std::string& url, const TransferLimits& limits, char* error_text) {
    set_protocols(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, limits.slowest);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall.count()));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "emotion/" EMOTION_VERSION);
    // A proxy cannot reach this machine's own loopback addresses.
    if (is_loopback(part(parse_url(url).get(), CURLUPART_HOST))) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
}

}  // namespace

void check_download_url(const std::string& url) {
    UrlHandle handle = parse_url(url);
    const std::string scheme = part(handle.get(), CURLUPART_SCHEME);
    const std::string host = part(handle.get(), CURLUPART_HOST);
    require(!host.empty() && (scheme == "https" || (scheme == "http" && is_loopback(host))),
            "download_model: '{}' must be an https address (http is taken for this machine's own addresses only)", url);
}

std::string beside_url(const std::string& url, const std::string& file) {
    UrlHandle handle = parse_url(url);
    if (curl_url_set(handle.get(), CURLUPART_URL, file.c_str(), 0) != CURLUE_OK)
        fail(ErrorCode::invalid_argument, "download_model: '{}' cannot stand beside '{}'", file, url);
    return part(handle.get(), CURLUPART_URL);
}

void fetch(const std::string& url, std::uint64_t max_bytes, const TransferLimits& limits, const TransferSink& sink) {
    check_download_url(url);
    initialise_curl();
    CurlHandle curl(curl_easy_init(), &curl_easy_cleanup);
    if (!curl) fail(ErrorCode::runtime, "download_model: libcurl cannot be started");
    std::array<char, CURL_ERROR_SIZE> text{};
    // The body of an error page must not reach the sink: it is only asked for once the answer is 200.
    const TransferSink checked = [&](std::span<const std::byte> bytes) {
        long status = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
        if (status == 200) sink(bytes);
    };
    Transfer transfer{checked, max_bytes};
    set_options(curl.get(), url, limits, text.data());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take_bytes);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
    const CURLcode result = curl_easy_perform(curl.get());
    if (transfer.thrown) std::rethrow_exception(transfer.thrown);
    if (transfer.too_large) fail(ErrorCode::io, "cannot download {}: it sends more than {} bytes", url, max_bytes);
    if (result != CURLE_OK)
        fail(ErrorCode::io, "cannot download {}: {}", url, text[0] ? text.data() : curl_easy_strerror(result));
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) fail(ErrorCode::io, "cannot download {}: the server answers {}", url, status);
}

}  // namespace emotion
