#include <limits>
#include <opencv2/core.hpp>
#include <vector>

#include "base/check.hpp"
#include "emotion/interop/opencv.hpp"
#include "image/lettering.hpp"
#include "image/mat.hpp"
#include "image/paint.hpp"

namespace emotion {
namespace {

void check_height(const char* who, float text_height) {
    require(text_height >= 1 && std::isfinite(text_height), "{}: text_height must be at least 1 px, got {}", who,
            text_height);
}

/// Where the strip of a box's label goes in a picture: the first place of above, below and inside that covers no strip
/// of `taken`, else the one that covers least of them.
cv::Rect find_place(const Rect& box, cv::Size strip, cv::Size picture, const std::vector<cv::Rect>& taken) {
    const int x = std::clamp(edge(box.x1, picture.width), 0, picture.width - strip.width);
    const int top = edge(box.y1, picture.height), bottom = edge(box.y2, picture.height);
    const int last = picture.height - strip.height;
    cv::Rect best(cv::Point(x, std::clamp(top - strip.height, 0, last)), strip);
    int least = std::numeric_limits<int>::max();
    for (const int y : {top - strip.height, bottom, top, bottom - strip.height}) {
        if (y < 0 || y > last) continue;
        const cv::Rect place(cv::Point(x, y), strip);
        int covered = 0;
        for (const cv::Rect& other : taken) covered += (place & other).area();
        if (covered >= least) continue;
        least = covered;
        best = place;
    }
    return best;
}

}  // namespace

void draw_label(Image& image, const Rect& box, const std::string& text, Color color, float text_height) {
    const BoxLabel label{box, text, color};
    draw_labels(image, {&label, 1}, text_height);
}

void draw_labels(Image& image, std::span<const BoxLabel> labels, float text_height) {
    image.view().validate("draw_label");
    check_height("draw_label", text_height);
    calling_opencv("draw_label", [&] {
        cv::Mat pixels = as_mat(image);
        const double height = std::min<double>(text_height, image.height());
        std::vector<cv::Rect> taken;
        for (const BoxLabel& label : labels) {
            if (!is_finite(label.box)) continue;
            const Lettering lettering = fit(drawable(label.text), height, image.width(), image.height());
            if (lettering.text.empty()) continue;
            taken.push_back(find_place(label.box, {lettering.width, lettering.height}, pixels.size(), taken));
            cv::Mat strip = pixels(taken.back());
            strip.setTo(pixel_of(label.color, image.format()));
            const Color letters = luma(label.color) > 140 ? Color{16, 16, 16} : Color{255, 255, 255};
            blend(strip, letter_coverage(lettering).letters, pixel_of(letters, image.format()));
        }
    });
}

void draw_text(Image& image, Point corner, const std::string& text, Color color, float text_height) {
    image.view().validate("draw_text");
    check_height("draw_text", text_height);
    if (!std::isfinite(corner.x) || !std::isfinite(corner.y)) return;
    calling_opencv("draw_text", [&] {
        const Lettering lettering = measure(drawable(text), std::min<double>(text_height, image.height()));
        if (lettering.text.empty()) return;
        const cv::Point origin(edge(corner.x, image.width()) - lettering.padding,
                               edge(corner.y, image.height()) - lettering.padding);
        cv::Mat pixels = as_mat(image);
        const cv::Rect place(origin.x, origin.y, lettering.width, lettering.height);
        const cv::Rect inside = place & cv::Rect(0, 0, pixels.cols, pixels.rows);
        if (inside.empty()) return;
        const Coverage coverage = letter_coverage(lettering);
        const Color ground = luma(color) > 60 ? Color{0, 0, 0} : Color{255, 255, 255};
        cv::Mat area = pixels(inside);
        const cv::Rect part = inside - origin;
        blend(area, coverage.rim(part), pixel_of(ground, image.format()));
        blend(area, coverage.letters(part), pixel_of(color, image.format()));
    });
}

float text_width(const std::string& text, float text_height) {
    float width = 0;
    calling_opencv("text_width", [&] {
        const Lettering lettering = measure(drawable(text), text_height);
        width = static_cast<float>(lettering.width - 2 * lettering.padding);
    });
    return width;
}

}  // namespace emotion
