#pragma once

namespace emotion {

/// The size at which a detector looks at a picture, px: the picture is resized to height x width, and zeros are put
/// below and to the right of it up to the padded size. x in the picture = x in the working picture * picture width /
/// width.
struct WorkingSize {
    int height = 0;
    int width = 0;
    int padded_height = 0;
    int padded_width = 0;
};

/// Working pixels for each pixel of a picture: smallest_face_px, the smallest face that the model finds, over
/// min_face_px, the smallest face asked for; at most 4, because a picture says no more when it is blown up further.
double working_scale(double smallest_face_px, double min_face_px);

/// Sides are at least 1 px before they are padded to multiples of `stride`. Throws Error{invalid_argument} if the
/// padded picture has more than 100 million pixels.
WorkingSize working_size(int height, int width, double scale, int stride);

}  // namespace emotion
