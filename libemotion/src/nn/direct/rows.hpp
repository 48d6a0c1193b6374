#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "nn/direct/run.hpp"

namespace emotion::nn::direct {

class RowMaker;

/// The rows that a convolution reads, its padding around them: of a map in memory or, where the plan keeps no map, a
/// few at a time: copies of the network's input or results of the step before, made when they are asked for.
class Rows {
public:
    /// kept: how many rows the reader has in hand at once.
    Rows(const Run& run, const Step& reader, int kept);
    ~Rows();
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    std::int64_t pixel() const { return map_.pixel; }  ///< floats from one pixel to the next
    std::int64_t floats() const;                       ///< of memory that place() has to be given
    void place(float* memory);

    /// Pixel -padding of row y, which lies in [-padding, height + padding). Valid until `kept` other rows were asked
    /// for.
    const float* at(int picture, int y);

private:
    void fill(float* to, int picture, int y);

    const Run& run_;
    int padding_;
    int kept_;
    Map map_;                          // without memory where rows are kept instead
    std::unique_ptr<RowMaker> maker_;  // of kept rows; null: they are the network's input
    std::int64_t row_floats_ = 0;
    float* memory_ = nullptr;
    std::vector<std::int64_t> held_;  // which row lies in each place of the memory
};

/// Makes rows of the result of a convolution.
class RowMaker {
public:
    /// out_pixel: floats from one pixel of the result to the next.
    RowMaker(const Run& run, std::size_t step, std::int64_t out_pixel);

    int at_once() const { return at_once_; }  ///< how many rows together share the weights in the cache best
    std::int64_t floats() const { return source_.floats(); }
    void place(float* memory) { source_.place(memory); }

    /// Rows first, first + 1, ... of all pictures, at most at_once(), each from pixel 0.
    void make(std::int64_t first, std::span<float* const> rows);

private:
    void dense(std::int64_t first, std::span<float* const> rows);
    void depthwise(std::int64_t first, std::span<float* const> rows);

    const Run& run_;
    std::size_t index_;
    const Step& step_;
    int height_;
    int width_;
    std::int64_t out_pixel_;
    int at_once_;
    Rows source_;
};

}  // namespace emotion::nn::direct
