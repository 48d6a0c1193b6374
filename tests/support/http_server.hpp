#pragma once

/// A small HTTP server on a loopback address, for tests of downloads: it answers as told, also wrongly.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace test_http {

/// How one address is answered.
struct Answer {
    int status = 200;
    std::string body;
    std::string header;    ///< more header lines, each ended by \r\n
    long promised = -1;    ///< Content-Length; -1: the body's size
    bool chunked = false;  ///< no Content-Length; the end of the connection ends the body
    bool stall = false;    ///< after the body nothing comes and the connection stays open
};

/// Serves until destroyed; each connection on a thread of its own, one request each.
class Server {
public:
    Server() {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(listener_, 32) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("the test's server cannot listen on 127.0.0.1");
        port_ = ntohs(address.sin_port);
        accepter_ = std::thread([this] { accept_all(); });
    }
    ~Server() {
        stop_ = true;
        accepter_.join();
        for (std::thread& thread : workers_) thread.join();
        ::close(listener_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void set(const std::string& path, Answer answer) {
        std::lock_guard lock(mutex_);
        answers_[path] = std::move(answer);
    }
    void set(const std::string& path, std::string body) {
        Answer answer;
        answer.body = std::move(body);
        set(path, std::move(answer));
    }
    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    int requests(const std::string& path) {
        std::lock_guard lock(mutex_);
        return requests_[path];
    }

private:
    void accept_all() {
        while (!stop_) {
            pollfd waiting{listener_, POLLIN, 0};
            if (::poll(&waiting, 1, 20) <= 0) continue;
            const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection >= 0) workers_.emplace_back([this, connection] { serve(connection); });
        }
    }

    void serve(int connection) {
        std::string request;
        char buffer[4096];
        while (request.find("\r\n\r\n") == std::string::npos && !stop_) {
            pollfd waiting{connection, POLLIN, 0};
            if (::poll(&waiting, 1, 20) <= 0) continue;
            const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
            if (count <= 0) break;
            request.append(buffer, static_cast<std::size_t>(count));
        }
        const std::size_t begin = request.find(' ') + 1;
        const std::string path = request.substr(begin, request.find(' ', begin) - begin);
        Answer answer;
        {
            std::lock_guard lock(mutex_);
            ++requests_[path];
            auto found = answers_.find(path);
            if (found != answers_.end())
                answer = found->second;
            else
                answer.status = 404;
        }
        std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " x\r\nConnection: close\r\n" + answer.header;
        const long length = answer.promised >= 0 ? answer.promised : static_cast<long>(answer.body.size());
        if (!answer.chunked) head += "Content-Length: " + std::to_string(length) + "\r\n";
        send_all(connection, head + "\r\n" + answer.body);
        while (answer.stall && !stop_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        ::close(connection);
    }

    static void send_all(int connection, const std::string& text) {
        std::size_t done = 0;
        while (done < text.size()) {
            const ssize_t count = ::send(connection, text.data() + done, text.size() - done, MSG_NOSIGNAL);
            if (count <= 0) return;
            done += static_cast<std::size_t>(count);
        }
    }

    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stop_{false};
    std::thread accepter_;
    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::map<std::string, Answer> answers_;
    std::map<std::string, int> requests_;
};

}  // namespace test_http
