#pragma once

#include <cstdint>
#include <vector>

#include "nn/program.hpp"

namespace emotion::nn::direct {

/// A block of memory for maps (images, height, width, channels) with a border of zeros around each picture.
struct Buffer {
    int height = 0;
    int width = 0;
    int channels = 0;         ///< padded to whole vectors
    int border = 0;           ///< px, as wide as the widest padding of a reader
    std::int64_t offset = 0;  ///< floats from the beginning of the arena
    int first_step = 0;       ///< the step that writes it first
    int last_step = 0;        ///< the last one that reads it
    int output = -1;          ///< it is the memory of this result tensor, not of the arena

    std::int64_t row() const { return static_cast<std::int64_t>(width + 2 * border) * channels; }
    std::int64_t image() const { return row() * (height + 2 * border); }
};

/// Where a value lies: some channels of a buffer.
struct Place {
    int buffer = -1;
    int first_channel = 0;
};

/// Which source row or pixel goes with each row or pixel of a nearest-neighbour upsampling.
struct NearestMap {
    std::vector<int> rows;
    std::vector<int> pixels;
};

/// What stays the same for all inputs of one height and width.
struct Plan {
    int height = 0;
    int width = 0;
    int images = 1;            ///< how many go through at once at most: as many as stay in the processor's cache
    std::vector<int> heights;  ///< of each value
    std::vector<int> widths;
    std::vector<Place> places;
    std::vector<Buffer> buffers;
    std::vector<NearestMap> nearest;  ///< of each step; empty without upsampling
    std::vector<bool> winograd;       ///< convolutions done as winograd.hpp says
    std::vector<int> made_by;  ///< of each value: the step that makes its rows while another reads them, or -1: a map
    std::vector<int> output_values;  ///< values that result tensors hold, each once
    std::int64_t arena_floats = 0;
};

/// `width`: floats in a vector. Throws Error{invalid_argument} where the network cannot take this size.
Plan make_plan(const Program& program, int width, int input_height, int input_width);

}  // namespace emotion::nn::direct
