#include "emotion/window.hpp"

#include <csignal>
#include <vector>

#include "media/x_display.hpp"
#include "support/catch.hpp"
#include "support/x_server.hpp"

using namespace emotion;

namespace {

constexpr xcb_keysym_t kEnter = 0xff0d;

/// Another client of the display, which sees what stands on it and presses keys.
class Watcher {
public:
    /// 0xRRGGBB of a pixel of the screen.
    std::uint32_t pixel(int x, int y) const {
        const auto asked = xcb_get_image(display_.connection(), XCB_IMAGE_FORMAT_Z_PIXMAP, display_.screen().root,
                                         static_cast<std::int16_t>(x), static_cast<std::int16_t>(y), 1, 1, ~0u);
        const XReply<xcb_get_image_reply_t> reply(xcb_get_image_reply(display_.connection(), asked, nullptr));
        REQUIRE(reply);
        const std::uint8_t* p = xcb_get_image_data(reply.get());
        return static_cast<std::uint32_t>(p[2] << 16 | p[1] << 8 | p[0]);
    }

    std::vector<xcb_window_t> windows() const {
        const auto asked = xcb_query_tree(display_.connection(), display_.screen().root);
        const XReply<xcb_query_tree_reply_t> reply(xcb_query_tree_reply(display_.connection(), asked, nullptr));
        REQUIRE(reply);
        const xcb_window_t* first = xcb_query_tree_children(reply.get());
        return {first, first + xcb_query_tree_children_length(reply.get())};
    }

    std::pair<int, int> size(xcb_window_t window) const {
        const auto asked = xcb_get_geometry(display_.connection(), window);
        const XReply<xcb_get_geometry_reply_t> reply(xcb_get_geometry_reply(display_.connection(), asked, nullptr));
        REQUIRE(reply);
        return {reply->width, reply->height};
    }

    void press(xcb_window_t window, xcb_keysym_t symbol) const {
        xcb_key_press_event_t event{};
        event.response_type = XCB_KEY_PRESS;
        event.root = display_.screen().root;
        event.event = window;
        for (int key = 8; key < 256; ++key)
            if (display_.key_symbol(static_cast<xcb_keycode_t>(key)) == symbol)
                event.detail = static_cast<xcb_keycode_t>(key);
        REQUIRE(event.detail != 0);
        send(window, XCB_EVENT_MASK_KEY_PRESS, &event);
    }

    /// What a window manager does when the user clicks on the cross.
    void ask_to_close(xcb_window_t window) const {
        xcb_client_message_event_t event{};
        event.response_type = XCB_CLIENT_MESSAGE;
        event.format = 32;
        event.window = window;
        event.type = display_.atom("WM_PROTOCOLS");
        event.data.data32[0] = display_.atom("WM_DELETE_WINDOW");
        send(window, 0, &event);
    }

    void cover_and_uncover(xcb_window_t window) const {
        xcb_clear_area(display_.connection(), 1, window, 0, 0, 0, 0);
        display_.finish();
    }

private:
    void send(xcb_window_t window, std::uint32_t mask, const void* event) const {
        xcb_send_event(display_.connection(), 0, window, mask, static_cast<const char*>(event));
        display_.finish();
    }

    XDisplay display_;
};

Image plain(int height, int width, PixelFormat format, std::uint8_t first, std::uint8_t second, std::uint8_t third) {
    Image image(height, width, format);
    const std::uint8_t parts[] = {first, second, third};
    const std::ptrdiff_t count = image.row_stride() * height;
    for (std::ptrdiff_t i = 0; i < count; ++i) image.data()[i] = parts[i % channels(format)];
    return image;
}

#define NEEDS_X_SERVER                                                    \
    if (!XServer::is_installed()) {                                       \
        WARN("not tested: Xvfb is not installed (apt-get install xvfb)"); \
        return;                                                           \
    }

}  // namespace

TEST_CASE("without a display a window is refused with a sentence") {
    {
        const EnvironmentVariable display("DISPLAY", std::nullopt);
        CHECK(error_message(ErrorCode::unsupported, [] { Window{}; }) ==
              "Window: there is no display to show pictures on: DISPLAY is not set");
    }
    const EnvironmentVariable display("DISPLAY", ":987");
    CHECK(error_message(ErrorCode::unsupported, [] { Window{}; }) == "Window: the display :987 cannot be reached");
}

TEST_CASE("a window refuses options out of bounds before it looks for a display") {
    WindowOptions options;
    options.max_width = 0;
    CHECK(error_message(ErrorCode::invalid_argument, [&] { Window window(options); }) ==
          "Window: max_width must be at least 1 px, got 0");
}

TEST_CASE("a window shows pictures of every format in their colours and takes their size") {
    NEEDS_X_SERVER
    const XServer server;
    const Watcher watcher;
    Window window;
    CHECK(window.is_open());
    CHECK(watcher.windows().empty());
    CHECK(window.show(plain(100, 200, PixelFormat::rgb8, 250, 20, 130)));
    REQUIRE(watcher.windows().size() == 1);
    const xcb_window_t id = watcher.windows()[0];
    CHECK(watcher.size(id) == std::pair(200, 100));
    CHECK(watcher.pixel(0, 0) == 0xfa1482);
    CHECK(watcher.pixel(199, 99) == 0xfa1482);
    CHECK(watcher.pixel(200, 99) != 0xfa1482);
    CHECK(window.show(plain(150, 90, PixelFormat::bgr8, 250, 20, 130)));
    CHECK(watcher.size(id) == std::pair(90, 150));
    CHECK(watcher.pixel(89, 149) == 0x8214fa);
    CHECK(window.show(plain(150, 90, PixelFormat::gray8, 77, 77, 77)));
    CHECK(watcher.pixel(40, 40) == 0x4d4d4d);
    watcher.cover_and_uncover(id);
    CHECK(window.show(plain(150, 90, PixelFormat::gray8, 78, 78, 78)));
    CHECK(watcher.pixel(40, 40) == 0x4e4e4e);
    Image none;
    error_message(ErrorCode::invalid_argument, [&] { window.show(none); });
}

TEST_CASE("large pictures are reduced to max_width and to the screen, and keep their shape") {
    NEEDS_X_SERVER
    const XServer server;
    const Watcher watcher;
    Window whole;
    CHECK(whole.show(plain(1080, 1920, PixelFormat::bgr8, 1, 2, 3)));
    CHECK(watcher.size(watcher.windows().at(0)) == std::pair(640, 360));
    CHECK(whole.show(plain(4000, 100, PixelFormat::bgr8, 1, 2, 3)));
    CHECK(watcher.size(watcher.windows().at(0)) == std::pair(10, 400));
    whole.close();
    WindowOptions options;
    options.max_width = 320;
    Window narrow(options);
    CHECK(narrow.show(plain(100, 800, PixelFormat::bgr8, 1, 2, 3)));
    CHECK(watcher.size(watcher.windows().at(0)) == std::pair(320, 40));
}

TEST_CASE("Enter, Escape, q and the cross end it; other keys do not") {
    NEEDS_X_SERVER
    const XServer server;
    const Watcher watcher;
    const Image image = plain(40, 60, PixelFormat::bgr8, 9, 8, 7);
    for (const xcb_keysym_t key : {kEnter, xcb_keysym_t{0xff1b}, xcb_keysym_t{'q'}}) {
        Window window;
        CHECK(window.show(image));
        watcher.press(watcher.windows().at(0), 'a');
        CHECK(window.show(image));
        watcher.press(watcher.windows().at(0), key);
        CHECK_FALSE(window.show(image));
        CHECK_FALSE(window.is_open());
        CHECK(watcher.windows().empty());
        CHECK_FALSE(window.show(image));
        window.close();
    }
    Window window;
    CHECK(window.show(image));
    watcher.ask_to_close(watcher.windows().at(0));
    CHECK_FALSE(window.show(image));
}

TEST_CASE("a display that goes away ends the window, not the program") {
    NEEDS_X_SERVER
    XServer server;
    Window window;
    const Image image = plain(400, 600, PixelFormat::bgr8, 9, 8, 7);
    CHECK(window.show(image));
    void (*const before)(int) = std::signal(SIGPIPE, SIG_DFL);
    server.stop();
    CHECK_FALSE(window.show(image));
    window.close();
    std::signal(SIGPIPE, before);
}
