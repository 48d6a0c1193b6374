#pragma once

#include <vector>

#include "emotion/evaluate_faces.hpp"
#include "emotion/image.hpp"
#include "train/faces_random.hpp"

namespace emotion::train {

/// A square training crop with its labels, in pixels of the crop.
struct FaceCrop {
    Image pixels;                  ///< rgb8
    std::vector<FaceLabel> faces;  ///< clipped to the crop; none is `ignored`
    std::vector<Rect> ignore;      ///< areas that are neither face nor background
};

struct FaceCropOptions {
    double min_face_px = 7;
    double max_face_px = 300;
    double native_scale = 0.25;
    double background = 0;
    double max_turn_deg = 0;
};

/// A face below this height in a crop is too small to learn and becomes an ignore region, px.
inline constexpr float kSmallestTrainedFace = 5;

/// Cuts a window of `size` x `size` px. A random face of the picture gets a height drawn between the bounds (small ones
/// more often; never enlarged more than three times), or the picture keeps about its own scale, or the window lies
/// anywhere. Beyond the picture the crop is one grey. A part of the crops is turned. picture: rgb8.
FaceCrop cut_crop(const Image& picture, const LabelledPicture& labels, int size, const FaceCropOptions& options,
                  CropRandom& random);

/// Four crops of half the size put together. parts: 4.
FaceCrop join_crops(const std::vector<FaceCrop>& parts);

/// Mirrors left and right; the landmarks change places so that the left eye stays the left one of the picture.
void mirror(FaceCrop& crop);

/// Turns a crop about its middle, clockwise; the corners repeat the edge. A face's new box is the one around an ellipse
/// that filled the old box and was turned with it; faces cut by the edge before become ignore regions.
void turn(FaceCrop& crop, double degrees);

/// Brightness, contrast, colour balance, sometimes grey, sometimes blurred by a lower resolution, sometimes noise. The
/// labels stay.
void change_colours(FaceCrop& crop, CropRandom& random);

/// The labels of a picture in a window that begins at (x, y) of the picture and is enlarged by the scales.
/// Faces whose centre or most of whose area lies outside, and those too small, become ignore regions.
void place_labels(const LabelledPicture& labels, double x, double y, double scale_x, double scale_y, int size,
                  FaceCrop& crop);

}  // namespace emotion::train
