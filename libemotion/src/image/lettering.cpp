#include "image/lettering.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace emotion {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
/// Capital letters of the font, px at font scale 1.
constexpr double kFontCapHeight = 21.0;
/// Letters are drawn this much larger and averaged down: strokes of a fraction of a pixel stay even.
constexpr int kOversampling = 4;
/// Smaller letters cannot be told apart: from here on a text is cut instead of shrunk.
constexpr double kMinTextHeight = 6.0;
/// No picture is wide enough for more.
constexpr std::size_t kMaxLetters = 2000;
constexpr std::size_t kStripsKept = 128;

Coverage draw_letters(const Lettering& lettering) {
    cv::Mat large(lettering.height * kOversampling, lettering.width * kOversampling, CV_8U, cv::Scalar(0));
    double scale = lettering.text_height * kOversampling / kFontCapHeight;
    int stroke = std::max(1, static_cast<int>(std::lround(lettering.text_height * kOversampling * 0.1)));
    cv::putText(large, lettering.text, cv::Point(lettering.padding, lettering.baseline) * kOversampling, kFont, scale,
                cv::Scalar(255), stroke, cv::LINE_AA);
    Coverage coverage;
    cv::resize(large, coverage.letters, cv::Size(lettering.width, lettering.height), 0, 0, cv::INTER_AREA);
    const int reach = std::max(1, static_cast<int>(std::lround(lettering.text_height * 0.12)));
    cv::dilate(coverage.letters, coverage.rim,
               cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(2 * reach + 1, 2 * reach + 1)));
    return coverage;
}

}  // namespace

std::string drawable(const std::string& text) {
    std::string result;
    for (char letter : text) {
        if (result.size() == kMaxLetters) break;
        auto byte = static_cast<unsigned char>(letter);
        bool continues = (byte & 0xC0) == 0x80;
        if (byte >= 0x20 && byte < 0x7F) {
            result += letter;
        } else if (!continues) {
            result += '?';
        }
    }
    return result;
}

Lettering measure(const std::string& text, double text_height) {
    Lettering lettering{text, text_height};
    lettering.padding = std::max(1, static_cast<int>(std::lround(text_height * 0.35)));
    int below = 0;
    cv::Size size = cv::getTextSize(text, kFont, text_height * kOversampling / kFontCapHeight, 1, &below);
    lettering.width = (size.width + kOversampling - 1) / kOversampling + 2 * lettering.padding;
    lettering.baseline = lettering.padding + static_cast<int>(std::ceil(text_height));
    lettering.height = lettering.baseline + std::max(lettering.padding, static_cast<int>(std::ceil(text_height * 0.4)));
    return lettering;
}

Lettering fit(const std::string& text, double text_height, int width, int height) {
    Lettering lettering = measure(text, text_height);
    double smallest = std::min(text_height, kMinTextHeight);
    while ((lettering.width > width || lettering.height > height) && lettering.text_height > smallest) {
        lettering = measure(text, std::max(smallest, lettering.text_height * 0.93));
    }
    while (lettering.width > width && !lettering.text.empty()) {
        lettering = measure(lettering.text.substr(0, lettering.text.size() - 1), lettering.text_height);
    }
    if (lettering.height > height) lettering.text.clear();
    return lettering;
}

Coverage letter_coverage(const Lettering& lettering) {
    thread_local std::map<std::pair<std::string, double>, Coverage> kept;
    const std::pair key(lettering.text, lettering.text_height);
    if (const auto found = kept.find(key); found != kept.end()) return found->second;
    if (kept.size() == kStripsKept) kept.clear();
    return kept[key] = draw_letters(lettering);
}

void blend(cv::Mat& area, const cv::Mat& coverage, const cv::Scalar& value) {
    const int channel_count = area.channels();
    const int target[] = {static_cast<int>(value[0]), static_cast<int>(value[1]), static_cast<int>(value[2])};
    for (int y = 0; y < area.rows; ++y) {
        auto* pixel = area.ptr<std::uint8_t>(y);
        const auto* share = coverage.ptr<std::uint8_t>(y);
        for (int x = 0; x < area.cols; ++x)
            for (int c = 0; c < channel_count; ++c, ++pixel)
                *pixel = static_cast<std::uint8_t>((*pixel * (255 - share[x]) + target[c] * share[x] + 127) / 255);
    }
}

}  // namespace emotion
