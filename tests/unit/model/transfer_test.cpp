#include <chrono>

#include "model/download.hpp"
#include "support/catch.hpp"
#include "support/http_server.hpp"

using emotion::ErrorCode;
using emotion::TransferLimits;
using Clock = std::chrono::steady_clock;

namespace {

std::string fetched(const std::string& url, std::uint64_t max_bytes, const TransferLimits& limits = {}) {
    std::string text;
    emotion::fetch(url, max_bytes, limits, [&](std::span<const std::byte> bytes) {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    });
    return text;
}

std::string failure(const std::string& url, std::uint64_t max_bytes = 1000, const TransferLimits& limits = {}) {
    return error_message(ErrorCode::io, [&] { fetched(url, max_bytes, limits); });
}

}  // namespace

TEST_CASE("only https addresses, and http addresses of this machine, are taken") {
    for (const char* good : {"https://example.org/m/model.json", "http://127.0.0.1:80/a", "http://127.8.9.1/a",
                             "http://localhost/a", "http://[::1]:8080/a"})
        CHECK_NOTHROW(emotion::check_download_url(good));
    for (const char* bad : {"http://example.org/a", "ftp://example.org/a", "file:///etc/passwd", "model.json", "",
                            "http://127.0.0.1.example.org/a", "http://localhost.example.org/a", "https://",
                            "http://user@example.org/a"}) {
        INFO(bad);
        CHECK(error_message(ErrorCode::invalid_argument, [&] {
                  emotion::check_download_url(bad);
              }).starts_with("download_model: '" + std::string(bad) + "'"));
    }
}

TEST_CASE("the weights' address is beside the card's") {
    CHECK(emotion::beside_url("https://example.org/m/model.json", "w.safetensors") ==
          "https://example.org/m/w.safetensors");
    CHECK(emotion::beside_url("https://example.org/m/model.json?download=true", "w") == "https://example.org/m/w");
}

TEST_CASE("fetch gives the bytes of an answer, whole") {
    test_http::Server server;
    std::string body(300'000, 'x');
    body[12345] = '\0';
    server.set("/a", body);
    CHECK(fetched(server.url("/a"), body.size()) == body);
    test_http::Answer chunked;
    chunked.body = "no length given";
    chunked.chunked = true;
    server.set("/b", chunked);
    CHECK(fetched(server.url("/b"), 100) == chunked.body);
}

TEST_CASE("fetch says what an unusable answer was, and its body goes nowhere") {
    test_http::Server server;
    CHECK(failure(server.url("/gone")) == "cannot download " + server.url("/gone") + ": the server answers 404");
    test_http::Answer answer;
    answer.status = 500;
    answer.body = std::string(10, 'e');
    server.set("/error", answer);
    std::string text;
    CHECK_FALSE(error_message(ErrorCode::io, [&] {
                    emotion::fetch(server.url("/error"), 1000, {}, [&](auto) { text += "!"; });
                }).empty());
    CHECK(text.empty());
    answer = {};
    answer.body = "half";
    answer.promised = 100;
    server.set("/truncated", answer);
    CHECK(failure(server.url("/truncated")).starts_with("cannot download " + server.url("/truncated") + ": "));
}

TEST_CASE("fetch takes no more bytes than it was told, promised or not") {
    test_http::Server server;
    test_http::Answer answer;
    answer.body = std::string(5000, 'x');
    answer.chunked = true;
    server.set("/endless", answer);
    CHECK(failure(server.url("/endless"), 4999) ==
          "cannot download " + server.url("/endless") + ": it sends more than 4999 bytes");
}

TEST_CASE("a redirect to anything but https is not followed") {
    test_http::Server server;
    server.set("/target", "secret");
    test_http::Answer answer;
    answer.status = 302;
    answer.header = "Location: " + server.url("/target") + "\r\n";
    server.set("/moved", answer);
    CHECK_FALSE(failure(server.url("/moved")).empty());
    CHECK(server.requests("/target") == 0);
}

TEST_CASE("a server that is dead or stalls does not hold the program") {
    TransferLimits limits;
    limits.connect = std::chrono::milliseconds(500);
    limits.total = std::chrono::milliseconds(500);
    test_http::Server server;
    test_http::Answer answer;
    answer.body = "then nothing";
    answer.promised = 100;
    answer.stall = true;
    server.set("/stalls", answer);
    const auto begin = Clock::now();
    CHECK_FALSE(failure(server.url("/stalls"), 1000, limits).empty());
    CHECK(Clock::now() - begin < std::chrono::seconds(5));

    limits.total = std::chrono::seconds(60);
    limits.stall = std::chrono::seconds(1);
    CHECK_FALSE(failure(server.url("/stalls"), 1000, limits).empty());
    CHECK(Clock::now() - begin < std::chrono::seconds(20));
    CHECK_FALSE(failure("http://127.0.0.1:1/a", 1000, limits).empty());
}

TEST_CASE("what the sink throws comes out of fetch") {
    test_http::Server server;
    server.set("/a", "text");
    CHECK_THROWS_AS(emotion::fetch(server.url("/a"), 1000, {}, [](auto) { throw std::bad_alloc(); }), std::bad_alloc);
}
