#pragma once

#include <cstdint>
#include <vector>

#include "nn/direct/kernels.hpp"
#include "nn/direct/pack.hpp"
#include "nn/direct/plan.hpp"
#include "nn/direct/team.hpp"
#include "nn/input_rows.hpp"
#include "nn/program.hpp"

namespace emotion::nn::direct {

/// A map in memory: where its first picture's first pixel is, and the distances in floats.
struct Map {
    float* data = nullptr;
    std::int64_t pixel = 0;
    std::int64_t row = 0;
    std::int64_t image = 0;
    int height = 0;
    int width = 0;
    int channels = 0;  ///< padded
    int border = 0;

    float* at(int picture, int y, int x = 0) const { return data + picture * image + y * row + x * pixel; }
};

/// One pass of some pictures through the program.
class Run {
public:
    /// first, images: which pictures of the input. outputs: the memory of each of the plan's output values, or null
    /// where it lies in the arena.
    Run(const Program& program, const std::vector<Packed>& packed, const Kernels& kernels, const Plan& plan,
        const InputRows& input, std::int64_t first, int images, float* arena, const std::vector<float*>& outputs,
        const Team& team);

    void all_steps() const;
    Map map_of(int value) const;

    const Step& step_at(std::size_t index) const { return program_.steps[index]; }
    const Packed& packed(std::size_t index) const { return packed_[index]; }
    const Plan& plan() const { return plan_; }
    const InputRows& input() const { return input_; }
    void input_row(int picture, int y, float* out) const { input_.fill(first_ + picture, y, out); }
    const Kernels& kernels() const { return kernels_; }
    int channels(int value) const { return padded(program_.channels[static_cast<std::size_t>(value)], kernels_.width); }

private:
    void step(std::size_t index) const;
    void copy_input() const;
    void conv(std::size_t index) const;
    std::int64_t rows_worth_a_thread(std::size_t index) const;
    void winograd(std::size_t index) const;
    /// Tiles of all pictures, one row of tiles after the other.
    void winograd_tiles(std::size_t index, std::int64_t begin, std::int64_t end) const;
    /// One tile of the result from its products. What lies beyond the map is read from `zeros` and goes `nowhere`.
    void winograd_result(std::size_t index, WinogradOut tile, int picture, int top, int left, float* zeros,
                         float* nowhere) const;
    void linear(std::size_t index) const;
    void add(std::size_t index) const;
    void concat(const Step& step) const;
    void max_pool(const Step& step) const;
    void upsample(std::size_t index) const;
    void average_pool(const Step& step) const;
    void flatten(const Step& step) const;

    const Program& program_;
    const std::vector<Packed>& packed_;
    const Kernels& kernels_;
    const Plan& plan_;
    const InputRows& input_;
    std::int64_t first_;
    int images_;
    float* arena_;
    const std::vector<float*>& outputs_;
    const Team& team_;
};

/// Zeros the border left and right of a row, and the rows above or below it if it is the first or the last.
void clear_border(const Map& map, int picture, int y);

/// Memory of this thread for at least `floats`, in cache lines of its own; valid until its next call in this thread.
float* scratch(std::int64_t floats);

}  // namespace emotion::nn::direct
