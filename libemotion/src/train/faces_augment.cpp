#include "train/faces_augment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

#include "base/check.hpp"
#include "image/sampling.hpp"

namespace emotion::train {
namespace {

constexpr double kMostEnlarged = 3;
constexpr double kEnlarged = 0.3;      // of the crops at the scale of use, at twice it
constexpr double kTurned = 0.4;        // of the crops, where crops are turned at all
constexpr float kLeastVisible = 0.4f;  // of a face's area, to be learned as a face

struct Window {
    double x = 0;  // px of the picture
    double y = 0;
    double scale_x = 1;
    double scale_y = 1;
};

Image grey_image(int size, std::uint8_t value) {
    Image image(size, size, PixelFormat::rgb8);
    std::memset(image.data(), value, static_cast<std::size_t>(size) * static_cast<std::size_t>(image.row_stride()));
    return image;
}

/// Copies `source` to (x, y) of `target`, where it lies inside. Both rgb8.
void paste(const ImageView& source, int x, int y, Image& target) {
    const int left = std::max(0, -x);
    const int right = std::min(source.width, target.width() - x);
    if (right <= left) return;
    for (int row = std::max(0, -y); row < std::min(source.height, target.height() - y); ++row)
        std::memcpy(target.row(y + row) + 3 * (x + left), source.row(row) + 3 * left,
                    static_cast<std::size_t>(3 * (right - left)));
}

/// The window's pixels; corrects the window to what the rounding to whole pixels made of it.
Image render(const Image& picture, Window& window, int size, std::uint8_t background) {
    Image crop = grey_image(size, background);
    const int x1 = std::clamp(static_cast<int>(std::floor(window.x)), 0, picture.width() - 1);
    const int y1 = std::clamp(static_cast<int>(std::floor(window.y)), 0, picture.height() - 1);
    const int x2 = std::clamp(static_cast<int>(std::ceil(window.x + size / window.scale_x)), x1 + 1, picture.width());
    const int y2 = std::clamp(static_cast<int>(std::ceil(window.y + size / window.scale_y)), y1 + 1, picture.height());
    const int width = std::max(1, static_cast<int>(std::lround((x2 - x1) * window.scale_x)));
    const int height = std::max(1, static_cast<int>(std::lround((y2 - y1) * window.scale_y)));
    const int left = static_cast<int>(std::lround((x1 - window.x) * window.scale_x));
    const int top = static_cast<int>(std::lround((y1 - window.y) * window.scale_y));
    const ImageView part = picture.view().part(x1, y1, x2 - x1, y2 - y1);
    paste(width == part.width && height == part.height ? Image(part) : resize(part, height, width), left, top, crop);
    window.scale_x = static_cast<double>(width) / (x2 - x1);
    window.scale_y = static_cast<double>(height) / (y2 - y1);
    window.x = x1 - left / window.scale_x;
    window.y = y1 - top / window.scale_y;
    return crop;
}

double draw_scale(const Image& picture, const FaceLabel* face, int size, const FaceCropOptions& options,
                  CropRandom& random) {
    if (random.chance(options.native_scale)) {
        // Small faces are searched in enlarged pictures (min_face_px), so enlarged backgrounds must be known too.
        const double working_scale = random.chance(kEnlarged) ? 2 : 1;
        return working_scale * std::exp(random.uniform(std::log(0.8), std::log(1.25)));
    }
    const double longest = std::max(picture.width(), picture.height());
    double scale = std::exp(random.uniform(std::log(0.35), std::log(2.0)));
    if (face != nullptr) {
        const double largest = std::min(options.max_face_px, 0.95 * size);
        const double share = std::pow(random.uniform(), 1.6);
        scale =
            options.min_face_px * std::pow(std::max(1.0, largest / options.min_face_px), share) / face->box.height();
    }
    // A picture shrunk to a stamp in an empty crop teaches little.
    return std::clamp(scale, std::min(kMostEnlarged, 0.4 * size / longest), kMostEnlarged);
}

/// Where the window begins along one axis: with the face inside if it fits, inside the picture if that is possible.
double draw_start(double length, double window, double low, double high, CropRandom& random) {
    double first = high - window;
    double last = low;
    if (first > last) std::swap(first, last);
    double start = random.uniform(first, last);
    if (random.chance(0.15)) start += random.uniform(-0.3, 0.3) * (high - low);  // cut at the edge now and then
    return window <= length ? std::clamp(start, 0.0, length - window) : std::clamp(start, length - window, 0.0);
}

}  // namespace

void place_labels(const LabelledPicture& labels, double x, double y, double scale_x, double scale_y, int size,
                  FaceCrop& crop) {
    auto point = [&](Point p) {
        return Point{static_cast<float>((p.x - x) * scale_x), static_cast<float>((p.y - y) * scale_y)};
    };
    auto box = [&](const Rect& r) {
        const Point a = point({r.x1, r.y1});
        const Point b = point({r.x2, r.y2});
        return Rect{a.x, a.y, b.x, b.y};
    };
    for (const FaceLabel& face : labels.faces) {
        const Rect whole = box(face.box);
        FaceLabel placed{clip(whole, size, size), face.landmarks, face.has_landmarks, false};
        const float visible = placed.box.area();
        if (!(visible > 0)) continue;
        const Point centre = whole.center();
        const bool inside = centre.x > 0 && centre.y > 0 && centre.x < size && centre.y < size;
        if (face.ignored || !inside || visible < kLeastVisible * whole.area() ||
            whole.height() < kSmallestTrainedFace) {
            crop.ignore.push_back(placed.box);
            continue;
        }
        for (Point& p : placed.landmarks) {
            p = point(p);
            placed.has_landmarks = placed.has_landmarks && p.x > 0 && p.y > 0 && p.x < size && p.y < size;
        }
        crop.faces.push_back(placed);
    }
    for (const Rect& region : labels.ignore_regions) {
        const Rect placed = clip(box(region), size, size);
        if (placed.area() > 0) crop.ignore.push_back(placed);
    }
}

FaceCrop cut_crop(const Image& picture, const LabelledPicture& labels, int size, const FaceCropOptions& options,
                  CropRandom& random) {
    std::vector<const FaceLabel*> usable;
    for (const FaceLabel& face : labels.faces)
        if (!face.ignored && face.box.height() >= 4) usable.push_back(&face);
    const bool anywhere = usable.empty() || random.chance(options.background);
    const FaceLabel* face = anywhere ? nullptr : usable[random.below(usable.size())];
    const double scale = draw_scale(picture, face, size, options, random);
    const double aspect = std::exp(random.uniform(-0.05, 0.05));
    Window window{0, 0, scale * aspect, scale / aspect};
    const double width = size / window.scale_x;
    const double height = size / window.scale_y;
    const Rect target = face != nullptr
                            ? face->box
                            : Rect{0, 0, static_cast<float>(picture.width()), static_cast<float>(picture.height())};
    window.x = draw_start(picture.width(), width, target.x1, target.x2, random);
    window.y = draw_start(picture.height(), height, target.y1, target.y2, random);
    const std::uint8_t background = random.chance(0.5) ? static_cast<std::uint8_t>(random.below(256)) : 127;
    FaceCrop crop;
    crop.pixels = render(picture, window, size, background);
    place_labels(labels, window.x, window.y, window.scale_x, window.scale_y, size, crop);
    if (options.max_turn_deg > 0 && random.chance(kTurned))
        turn(crop, random.uniform(-options.max_turn_deg, options.max_turn_deg));
    return crop;
}

void turn(FaceCrop& crop, double degrees) {
    const int size = crop.pixels.width();
    const auto edge = static_cast<float>(size);
    const double angle = degrees * std::numbers::pi / 180;
    const auto c = static_cast<float>(std::cos(angle));
    const auto s = static_cast<float>(std::sin(angle));
    const float middle = edge / 2;
    const Similarity turned{c, s, middle - c * middle + s * middle, middle - s * middle - c * middle};
    crop.pixels = warp(crop.pixels, turned, size, size);
    /// An ellipse in the box for a face, else the box's corners.
    auto around = [&](const Rect& box, bool ellipse) {
        const Point centre = turned.apply(box.center());
        const float a = box.width() / 2;
        const float b = box.height() / 2;
        const float x = ellipse ? std::hypot(a * c, b * s) : std::abs(a * c) + std::abs(b * s);
        const float y = ellipse ? std::hypot(a * s, b * c) : std::abs(a * s) + std::abs(b * c);
        return Rect{centre.x - x, centre.y - y, centre.x + x, centre.y + y};
    };
    LabelledPicture labels;
    for (const Rect& region : crop.ignore) labels.ignore_regions.push_back(around(region, false));
    for (FaceLabel face : crop.faces) {
        face.ignored = face.box.x1 <= 0 || face.box.y1 <= 0 || face.box.x2 >= edge || face.box.y2 >= edge;
        face.box = around(face.box, true);
        for (Point& p : face.landmarks) p = turned.apply(p);
        labels.faces.push_back(face);
    }
    crop.faces.clear();
    crop.ignore.clear();
    place_labels(labels, 0, 0, 1, 1, size, crop);
}

FaceCrop join_crops(const std::vector<FaceCrop>& parts) {
    require(parts.size() == 4, "join_crops: expected 4 parts, got {}", parts.size());
    const int half = parts[0].pixels.width();
    FaceCrop whole;
    whole.pixels = Image(2 * half, 2 * half, PixelFormat::rgb8);
    for (int i = 0; i < 4; ++i) {
        const FaceCrop& part = parts[static_cast<std::size_t>(i)];
        const int x = i % 2 * half;
        const int y = i / 2 * half;
        const float dx = static_cast<float>(x);
        const float dy = static_cast<float>(y);
        paste(part.pixels, x, y, whole.pixels);
        auto moved = [&](const Rect& r) { return Rect{r.x1 + dx, r.y1 + dy, r.x2 + dx, r.y2 + dy}; };
        for (FaceLabel face : part.faces) {
            face.box = moved(face.box);
            for (Point& p : face.landmarks) p = {p.x + dx, p.y + dy};
            whole.faces.push_back(face);
        }
        for (const Rect& region : part.ignore) whole.ignore.push_back(moved(region));
    }
    return whole;
}

void mirror(FaceCrop& crop) {
    const float width = static_cast<float>(crop.pixels.width());
    for (int y = 0; y < crop.pixels.height(); ++y) {
        std::uint8_t* row = crop.pixels.row(y);
        for (int a = 0, b = crop.pixels.width() - 1; a < b; ++a, --b)
            for (int c = 0; c < 3; ++c) std::swap(row[3 * a + c], row[3 * b + c]);
    }
    auto mirrored = [&](const Rect& r) { return Rect{width - r.x2, r.y1, width - r.x1, r.y2}; };
    for (FaceLabel& face : crop.faces) {
        face.box = mirrored(face.box);
        for (Point& p : face.landmarks) p.x = width - p.x;
        std::swap(face.landmarks[0], face.landmarks[1]);
        std::swap(face.landmarks[3], face.landmarks[4]);
    }
    for (Rect& region : crop.ignore) region = mirrored(region);
}

namespace {

void change_levels(Image& image, CropRandom& random) {
    const double contrast = random.uniform(0.7, 1.35);
    const double brightness = random.uniform(-30, 30);
    const double gamma = std::exp(random.uniform(-0.3, 0.3));
    std::array<std::array<std::uint8_t, 256>, 3> table;
    for (auto& channel : table) {
        const double gain = random.uniform(0.9, 1.1);
        for (int v = 0; v < 256; ++v) {
            const double curved = 255 * std::pow(v / 255.0, gamma);
            const double value = (curved * gain - 127.5) * contrast + 127.5 + brightness;
            channel[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
        }
    }
    std::uint8_t* end = image.data() + image.row_stride() * image.height();
    for (std::uint8_t* p = image.data(); p != end; p += 3)
        for (std::size_t c = 0; c < 3; ++c) p[c] = table[c][p[c]];
}

/// Uniform noise of the same strength in all channels of a pixel, sixteen bits of randomness to a pixel.
void add_noise(Image& image, int strength, CropRandom& random) {
    std::uint64_t bits = 0;
    int left = 0;
    std::uint8_t* end = image.data() + image.row_stride() * image.height();
    for (std::uint8_t* p = image.data(); p != end; p += 3) {
        if (left == 0) {
            bits = random.bits();
            left = 4;
        }
        const int noise =
            static_cast<int>((bits & 0xffff) * static_cast<std::uint64_t>(2 * strength + 1) >> 16) - strength;
        bits >>= 16;
        --left;
        for (int c = 0; c < 3; ++c) p[c] = static_cast<std::uint8_t>(std::clamp(p[c] + noise, 0, 255));
    }
}

}  // namespace

void change_colours(FaceCrop& crop, CropRandom& random) {
    if (random.chance(0.2)) crop.pixels = convert(convert(crop.pixels, PixelFormat::gray8), PixelFormat::rgb8);
    if (random.chance(0.8)) change_levels(crop.pixels, random);
    if (random.chance(0.1)) {
        const int size = crop.pixels.width();
        const int small = std::max(8, static_cast<int>(size * random.uniform(0.5, 0.9)));
        crop.pixels = resize(resize(crop.pixels, small, small), size, size);
    }
    if (random.chance(0.15)) add_noise(crop.pixels, 3 + static_cast<int>(random.below(14)), random);
}

}  // namespace emotion::train
