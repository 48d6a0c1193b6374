#include "emotion/window.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"
#include "media/x_display.hpp"

namespace emotion {
namespace {

constexpr xcb_keysym_t kEndKeys[] = {0xff0d, 0xff8d, 0xff1b, 'q'};  // Enter, that of the number block, Escape

/// The picture in the display's pixels, at most `width` x `height` px large.
cv::Mat display_pixels(const ImageView& image, int width, int height) {
    const double scale =
        std::min({1.0, static_cast<double>(width) / image.width, static_cast<double>(height) / image.height});
    const auto side = [scale](int length) { return std::max(1, static_cast<int>(std::lround(scale * length))); };
    const Image reduced = scale < 1 ? resize(image, side(image.height), side(image.width)) : Image();
    const cv::Mat pixels = as_mat(reduced.empty() ? image : reduced.view());
    const int codes[] = {cv::COLOR_RGB2BGRA, cv::COLOR_BGR2BGRA, cv::COLOR_GRAY2BGRA};
    cv::Mat result;
    cv::cvtColor(pixels, result, codes[static_cast<int>(image.format)]);
    return result;
}

}  // namespace

void WindowOptions::validate() const {
    if (max_width) require(*max_width >= 1, "Window: max_width must be at least 1 px, got {}", *max_width);
}

struct Window::Impl {
    explicit Impl(const WindowOptions& given) : options(given) {}

    /// Makes the window, or gives it another size.
    void fit() {
        const std::uint32_t width = static_cast<std::uint32_t>(shown.cols),
                            height = static_cast<std::uint32_t>(shown.rows);
        xcb_connection_t* const connection = display.connection();
        if (window) {
            const std::uint32_t size[] = {width, height};
            xcb_configure_window(connection, window, XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, size);
            return;
        }
        window = xcb_generate_id(connection);
        const xcb_screen_t& screen = display.screen();
        const std::uint32_t values[] = {screen.black_pixel, XCB_EVENT_MASK_EXPOSURE | XCB_EVENT_MASK_KEY_PRESS};
        xcb_create_window(connection, XCB_COPY_FROM_PARENT, window, screen.root, 0, 0,
                          static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height), 0,
                          XCB_WINDOW_CLASS_INPUT_OUTPUT, screen.root_visual, XCB_CW_BACK_PIXEL | XCB_CW_EVENT_MASK,
                          values);
        context = xcb_generate_id(connection);
        xcb_create_gc(connection, context, window, 0, nullptr);
        set_title(XCB_ATOM_WM_NAME, XCB_ATOM_STRING);
        set_title(display.atom("_NET_WM_NAME"), display.atom("UTF8_STRING"));
        delete_window = display.atom("WM_DELETE_WINDOW");
        xcb_change_property(connection, XCB_PROP_MODE_REPLACE, window, display.atom("WM_PROTOCOLS"), XCB_ATOM_ATOM, 32,
                            1, &delete_window);
        xcb_map_window(connection, window);
    }

    void set_title(xcb_atom_t property, xcb_atom_t type) {
        xcb_change_property(display.connection(), XCB_PROP_MODE_REPLACE, window, property, type, 8,
                            static_cast<std::uint32_t>(options.title.size()), options.title.data());
    }

    void show(const ImageView& image) {
        const xcb_screen_t& screen = display.screen();
        const int most = options.max_width.value_or(screen.width_in_pixels);
        const cv::Size before = shown.size();
        shown = display_pixels(image, std::min(most, int{screen.width_in_pixels}), screen.height_in_pixels);
        if (shown.size() != before) fit();
        display.put(window, context, shown);
        display.finish();  // no faster than the display: pictures do not pile up
        hear();
        xcb_flush(display.connection());
        if (!display.is_alive()) is_open = false;
    }

    void hear() {
        bool uncovered = false;
        while (const XReply<xcb_generic_event_t> event{xcb_poll_for_event(display.connection())}) {
            const auto* const any = static_cast<const void*>(event.get());
            switch (event->response_type & 0x7f) {
                case XCB_EXPOSE:
                    uncovered = true;
                    break;
                case XCB_KEY_PRESS: {
                    const auto symbol = display.key_symbol(static_cast<const xcb_key_press_event_t*>(any)->detail);
                    if (std::find(std::begin(kEndKeys), std::end(kEndKeys), symbol) != std::end(kEndKeys))
                        is_open = false;
                    break;
                }
                case XCB_CLIENT_MESSAGE:
                    if (static_cast<const xcb_client_message_event_t*>(any)->data.data32[0] == delete_window)
                        is_open = false;
                    break;
                default:
                    break;
            }
        }
        if (uncovered) display.put(window, context, shown);
    }

    void close() {
        is_open = false;
        if (!window) return;
        const NoBrokenPipe quiet;
        xcb_destroy_window(display.connection(), window);
        xcb_flush(display.connection());
        window = 0;
    }

    const WindowOptions options;
    XDisplay display;
    xcb_window_t window = 0;
    xcb_gcontext_t context = 0;
    xcb_atom_t delete_window = 0;
    cv::Mat shown;
    bool is_open = true;
};

Window::Window(const WindowOptions& options) {
    options.validate();
    impl_ = std::make_unique<Impl>(options);
}
Window::~Window() = default;
Window::Window(Window&&) noexcept = default;
Window& Window::operator=(Window&&) noexcept = default;

bool Window::show(const ImageView& image) {
    image.validate("Window");
    if (!impl_->is_open) return false;
    const NoBrokenPipe quiet;
    impl_->show(image);
    if (!impl_->is_open) impl_->close();
    return impl_->is_open;
}

void Window::close() {
    impl_->close();
}

bool Window::is_open() const noexcept {
    return impl_->is_open;
}

}  // namespace emotion
