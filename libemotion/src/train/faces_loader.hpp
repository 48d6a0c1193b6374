#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "emotion/train_faces.hpp"
#include "train/faces_augment.hpp"
#include "train/faces_batch.hpp"

namespace emotion::train {

/// The training pictures, decoded once where memory allows. Threads may call it at once.
class FacePictures {
public:
    /// Reads the label files; pictures are read when they are asked for. Throws Error{io}.
    FacePictures(const std::vector<FaceTrainData>& folders, int cache_mb);

    struct Picture {
        std::shared_ptr<const Image> pixels;
        const LabelledPicture* labels = nullptr;
    };
    /// A random picture: the folder by its weight, then one of its pictures. One that cannot be read is noted and left
    /// out from then on: the next of the folder takes its place.
    /// Throws Error{io} if a folder has no readable picture.
    Picture draw(CropRandom& random);

    std::size_t size() const;
    /// What could not be read since the last call, a sentence each.
    std::vector<std::string> take_notes();

private:
    struct Entry {
        LabelledPicture labels;
        std::shared_ptr<const Image> pixels;  // null until read, or if it does not fit
        bool broken = false;
    };
    struct Folder {
        std::filesystem::path path;
        double up_to = 0;  // running sum of the weights
        std::vector<Entry> entries;
    };
    std::shared_ptr<const Image> pixels_of(Entry& entry);

    std::vector<Folder> folders_;
    std::int64_t bytes_left_;
    std::vector<std::string> notes_;
    std::mutex mutex_;
};

/// Makes batches ahead of time in threads of its own; what is in a batch depends on seed and step alone.
class FaceLoader {
public:
    FaceLoader(FacePictures& pictures, const FaceTrainOptions& options);
    ~FaceLoader();

    /// The batch of a step, steps counted from 0; asked for in rising order.
    FaceBatch take(std::int64_t step);

private:
    FaceCrop make_crop(CropRandom& random) const;
    FaceBatch make_batch(std::int64_t step) const;

    FacePictures& pictures_;
    const FaceTrainOptions& options_;
    std::map<std::int64_t, std::future<FaceBatch>> pending_;
};

}  // namespace emotion::train
