#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "support/environment.hpp"

/// An X server without a screen (Xvfb) of its own for a test, 640 x 400 px; DISPLAY names it as long as it lives.
class XServer {
public:
    static bool is_installed() { return std::system("command -v Xvfb >/dev/null 2>&1") == 0; }

    XServer() {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
        process_ = ::fork();
        if (process_ == 0) {
            const std::string descriptor = std::to_string(ends[1]);
            ::close(ends[0]);
            ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
            ::execlp("Xvfb", "Xvfb", "-displayfd", descriptor.c_str(), "-screen", "0", "640x400x24", "-nolisten", "tcp",
                     nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        std::string number;  // it says its display's number when it is ready
        for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) number += c;
        ::close(ends[0]);
        if (number.empty()) throw std::runtime_error("Xvfb does not start");
        display_ = std::make_unique<EnvironmentVariable>("DISPLAY", ":" + number);
    }
    ~XServer() { stop(); }
    XServer(const XServer&) = delete;
    XServer& operator=(const XServer&) = delete;

    void stop() {
        if (process_ <= 0) return;
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }

private:
    pid_t process_ = 0;
    std::unique_ptr<EnvironmentVariable> display_;
};
