#include "media/x_display.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "base/check.hpp"

namespace emotion {
namespace {

const xcb_screen_t* screen_of(xcb_connection_t* connection, int number) {
    xcb_screen_iterator_t screens = xcb_setup_roots_iterator(xcb_get_setup(connection));
    while (number-- > 0) xcb_screen_next(&screens);
    return screens.data;
}

/// Whether the screen's usual pixels are four bytes: blue, green, red and one that does not matter.
bool takes_bgrx(const xcb_setup_t& setup, const xcb_screen_t& screen) {
    if (setup.image_byte_order != XCB_IMAGE_ORDER_LSB_FIRST) return false;
    const xcb_format_t* formats = xcb_setup_pixmap_formats(&setup);
    if (std::none_of(formats, formats + xcb_setup_pixmap_formats_length(&setup), [&](const xcb_format_t& format) {
            return format.depth == screen.root_depth && format.bits_per_pixel == 32;
        }))
        return false;
    for (auto depths = xcb_screen_allowed_depths_iterator(&screen); depths.rem > 0; xcb_depth_next(&depths))
        for (auto kinds = xcb_depth_visuals_iterator(depths.data); kinds.rem > 0; xcb_visualtype_next(&kinds))
            if (kinds.data->visual_id == screen.root_visual)
                return kinds.data->red_mask == 0xff0000 && kinds.data->green_mask == 0xff00 &&
                       kinds.data->blue_mask == 0xff;
    return false;
}

sigset_t broken_pipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

}  // namespace

XDisplay::XDisplay() {
    const char* name = std::getenv("DISPLAY");
    if (!name || !*name)
        fail(ErrorCode::unsupported, "Window: there is no display to show pictures on: DISPLAY is not set");
    int number = 0;
    connection_ = xcb_connect(nullptr, &number);
    if (!is_alive()) {
        xcb_disconnect(connection_);
        fail(ErrorCode::unsupported, "Window: the display {} cannot be reached", name);
    }
    screen_ = screen_of(connection_, number);
    if (!takes_bgrx(*xcb_get_setup(connection_), *screen_)) {
        const int depth = screen_->root_depth;
        xcb_disconnect(connection_);
        fail(ErrorCode::unsupported, "Window: the display {} has no 24-bit colours in the usual order, but {} bits",
             name, depth);
    }
}

XDisplay::~XDisplay() {
    xcb_disconnect(connection_);
}

xcb_atom_t XDisplay::atom(const std::string& name) const {
    const auto asked = xcb_intern_atom(connection_, 0, static_cast<std::uint16_t>(name.size()), name.c_str());
    const XReply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(connection_, asked, nullptr));
    return reply ? reply->atom : xcb_atom_t{XCB_ATOM_NONE};
}

xcb_keysym_t XDisplay::key_symbol(xcb_keycode_t key) const {
    const auto asked = xcb_get_keyboard_mapping(connection_, key, 1);
    const XReply<xcb_get_keyboard_mapping_reply_t> reply(xcb_get_keyboard_mapping_reply(connection_, asked, nullptr));
    return reply && reply->keysyms_per_keycode > 0 ? *xcb_get_keyboard_mapping_keysyms(reply.get()) : XCB_NO_SYMBOL;
}

void XDisplay::put(xcb_window_t window, xcb_gcontext_t context, const cv::Mat& pixels) const {
    constexpr std::uint32_t kHeader = 64;  // bytes of a request besides its pixels, and some to spare
    const std::uint32_t room = 4 * xcb_get_maximum_request_length(connection_) - kHeader;
    const auto row_bytes = static_cast<std::uint32_t>(pixels.step[0]);
    const int band = std::max(1, static_cast<int>(room / row_bytes));
    for (int y = 0; y < pixels.rows; y += band) {
        const int rows = std::min(band, pixels.rows - y);
        xcb_put_image(connection_, XCB_IMAGE_FORMAT_Z_PIXMAP, window, context, static_cast<std::uint16_t>(pixels.cols),
                      static_cast<std::uint16_t>(rows), 0, static_cast<std::int16_t>(y), 0, screen_->root_depth,
                      row_bytes * static_cast<std::uint32_t>(rows), pixels.ptr(y));
    }
}

void XDisplay::finish() const {
    // Any question will do: the answers come in order.
    const auto asked = xcb_get_input_focus(connection_);
    const XReply<xcb_get_input_focus_reply_t> reply(xcb_get_input_focus_reply(connection_, asked, nullptr));
}

NoBrokenPipe::NoBrokenPipe() {
    const sigset_t signal = broken_pipe();
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &signal, &before);
    was_blocked_ = sigismember(&before, SIGPIPE) == 1;
}

NoBrokenPipe::~NoBrokenPipe() {
    if (was_blocked_) return;
    const sigset_t signal = broken_pipe();
    const timespec now{};
    while (sigtimedwait(&signal, nullptr, &now) == SIGPIPE) continue;
    pthread_sigmask(SIG_UNBLOCK, &signal, nullptr);
}

}  // namespace emotion
