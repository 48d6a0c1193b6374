#include "train/faces_loader.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "emotion/image_io.hpp"

namespace emotion::train {

FacePictures::FacePictures(const std::vector<FaceTrainData>& folders, int cache_mb)
    : bytes_left_(static_cast<std::int64_t>(cache_mb) * 1000000) {
    double sum = 0;
    for (const FaceTrainData& data : folders) {
        Folder folder{data.folder, sum += data.weight, {}};
        for (LabelledPicture& picture : read_face_labels(data.folder, data.split))
            folder.entries.push_back({std::move(picture), nullptr, false});
        if (folder.entries.empty())
            fail(ErrorCode::io, "train faces: {} names no picture of split {}", data.folder.string(), data.split);
        folders_.push_back(std::move(folder));
    }
}

std::size_t FacePictures::size() const {
    std::size_t count = 0;
    for (const Folder& folder : folders_) count += folder.entries.size();
    return count;
}

std::vector<std::string> FacePictures::take_notes() {
    std::scoped_lock lock(mutex_);
    return std::exchange(notes_, {});
}

std::shared_ptr<const Image> FacePictures::pixels_of(Entry& entry) {
    {
        std::scoped_lock lock(mutex_);
        if (entry.pixels || entry.broken) return entry.pixels;
    }
    try {
        auto pixels = std::make_shared<const Image>(read_image(entry.labels.path, PixelFormat::rgb8));
        std::scoped_lock lock(mutex_);
        const std::int64_t bytes = pixels->row_stride() * pixels->height();
        if (!entry.pixels && bytes <= bytes_left_) {
            bytes_left_ -= bytes;
            entry.pixels = pixels;
        }
        return pixels;
    } catch (const Error& error) {
        std::scoped_lock lock(mutex_);
        if (!entry.broken) notes_.push_back(error.what());
        entry.broken = true;
        return nullptr;
    }
}

FacePictures::Picture FacePictures::draw(CropRandom& random) {
    const double position = random.uniform() * folders_.back().up_to;
    auto folder =
        std::find_if(folders_.begin(), folders_.end() - 1, [&](const Folder& f) { return position < f.up_to; });
    const std::size_t first = random.below(folder->entries.size());
    for (std::size_t i = 0; i < folder->entries.size(); ++i) {
        Entry& entry = folder->entries[(first + i) % folder->entries.size()];
        if (auto pixels = pixels_of(entry)) return {std::move(pixels), &entry.labels};
    }
    fail(ErrorCode::io, "train faces: none of the {} pictures of {} can be read", folder->entries.size(),
         folder->path.string());
}

FaceLoader::FaceLoader(FacePictures& pictures, const FaceTrainOptions& options)
    : pictures_(pictures), options_(options) {}

FaceLoader::~FaceLoader() {
    for (auto& [step, batch] : pending_) batch.wait();
}

FaceCrop FaceLoader::make_crop(CropRandom& random) const {
    FaceCropOptions crop{options_.min_face_px, options_.max_face_px, options_.native_scale, options_.background,
                         options_.max_turn_deg};
    auto cut = [&](int size) {
        const FacePictures::Picture picture = pictures_.draw(random);
        return cut_crop(*picture.pixels, *picture.labels, size, crop, random);
    };
    FaceCrop result;
    if (random.chance(options_.mosaic)) {
        std::vector<FaceCrop> parts;
        for (int i = 0; i < 4; ++i) parts.push_back(cut(options_.crop / 2));
        result = join_crops(parts);
    } else {
        result = cut(options_.crop);
    }
    if (random.chance(0.5)) mirror(result);
    change_colours(result, random);
    return result;
}

FaceBatch FaceLoader::make_batch(std::int64_t step) const {
    FaceBatch batch;
    const std::size_t count = static_cast<std::size_t>(options_.batch_size);
    for (std::size_t i = 0; i < count; ++i) {
        CropRandom random(options_.seed, static_cast<std::uint64_t>(step), i);
        FaceCrop crop = make_crop(random);
        const std::size_t bytes =
            static_cast<std::size_t>(crop.pixels.row_stride()) * static_cast<std::size_t>(crop.pixels.height());
        batch.pixels.insert(batch.pixels.end(), crop.pixels.data(), crop.pixels.data() + bytes);
        batch.faces.push_back(std::move(crop.faces));
        batch.ignore.push_back(std::move(crop.ignore));
    }
    return batch;
}

FaceBatch FaceLoader::take(std::int64_t step) {
    for (std::int64_t ahead = step;
         ahead <= step + options_.loader_threads && ahead < std::max<std::int64_t>(options_.steps, step + 1); ++ahead)
        if (!pending_.contains(ahead))
            pending_[ahead] = std::async(std::launch::async, [this, ahead] { return make_batch(ahead); });
    // Out of the map before get() may throw: a future is waited for once.
    return pending_.extract(step).mapped().get();
}

}  // namespace emotion::train
