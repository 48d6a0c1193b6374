#pragma once

#include <xcb/xcb.h>

#include <memory>
#include <opencv2/core.hpp>
#include <string>

namespace emotion {

struct FreeReply {
    void operator()(void* reply) const { std::free(reply); }
};
template <class Reply>
using XReply = std::unique_ptr<Reply, FreeReply>;

/// A connection to the X server of DISPLAY. When the server goes away, calls do nothing and is_alive() says so.
class XDisplay {
public:
    /// Throws Error{unsupported} where there is none or where its pixels are not four bytes, blue first.
    XDisplay();
    ~XDisplay();
    XDisplay(const XDisplay&) = delete;
    XDisplay& operator=(const XDisplay&) = delete;

    xcb_connection_t* connection() const noexcept { return connection_; }
    const xcb_screen_t& screen() const noexcept { return *screen_; }
    xcb_atom_t atom(const std::string& name) const;
    /// What is written on a key, without shift.
    xcb_keysym_t key_symbol(xcb_keycode_t key) const;
    /// Puts pixels (CV_8UC4, rows packed) into a window's top left corner.
    void put(xcb_window_t window, xcb_gcontext_t context, const cv::Mat& pixels) const;
    /// Waits until the server has done all that was asked.
    void finish() const;
    bool is_alive() const noexcept { return xcb_connection_has_error(connection_) == 0; }

private:
    xcb_connection_t* connection_ = nullptr;
    const xcb_screen_t* screen_ = nullptr;
};

/// Inside its scope a server that goes away does not kill the program by SIGPIPE.
class NoBrokenPipe {
public:
    NoBrokenPipe();
    ~NoBrokenPipe();
    NoBrokenPipe(const NoBrokenPipe&) = delete;
    NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

private:
    bool was_blocked_;
};

}  // namespace emotion
