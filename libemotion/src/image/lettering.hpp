#pragma once

#include <opencv2/core.hpp>
#include <string>

namespace emotion {

/// A line of text and the strip it needs, px.
struct Lettering {
    std::string text;  ///< printable ASCII
    double text_height = 0;
    int padding = 1;
    int width = 0;
    int height = 0;
    int baseline = 0;  ///< from the strip's top to the foot of the letters
};

/// What the font can draw of a text: one '?' for each character (not byte) outside printable ASCII.
std::string drawable(const std::string& text);

Lettering measure(const std::string& text, double text_height);

/// As large as asked, or as a picture of this size lets it be: first smaller letters, then fewer, perhaps none.
Lettering fit(const std::string& text, double text_height, int width, int height);

/// How much of each pixel of a strip is covered: CV_8U, 0 to 255. For reading only.
struct Coverage {
    cv::Mat letters;
    cv::Mat rim;  ///< letters with an edge around them
};

/// Of this lettering. The last ones are kept: the texts of a video come again and again.
Coverage letter_coverage(const Lettering& lettering);

/// Moves the pixels of `area` towards `value` by the shares of `coverage`, which has the same size.
void blend(cv::Mat& area, const cv::Mat& coverage, const cv::Scalar& value);

}  // namespace emotion
