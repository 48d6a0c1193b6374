#pragma once

#include <memory>
#include <optional>
#include <string>

#include "emotion/export.hpp"
#include "emotion/image.hpp"

namespace emotion EMOTION_PUBLIC {

struct WindowOptions {
    std::string title = "emotion";
    std::optional<int> max_width;  ///< px, at least 1; wider pictures are shown reduced to it; unset: the screen's

    void validate() const;  ///< throws Error{invalid_argument} naming field, value and bound
};

/// A window of the X Window System (under Wayland by Xwayland) that shows pictures one after the other. One thread at a
/// time.
class Window {
public:
    /// Opens with the first picture. Throws Error{unsupported} where there is no display or where it is not one of
    /// 24-bit colours.
    explicit Window(const WindowOptions& options = {});
    ~Window();
    Window(Window&&) noexcept;
    Window& operator=(Window&&) noexcept;

    /// Shows a picture of any size and format, reduced to max_width and to the screen; the window takes its size. Hears
    /// keys: gives false once the user has pressed Enter, Escape or q or has closed the window, and shows nothing more.
    /// So it does when the display goes away.
    bool show(const ImageView& image);
    /// Does nothing the second time.
    void close();
    bool is_open() const noexcept;  ///< false after show() gave false, and after close()

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace EMOTION_PUBLIC
