#pragma once

#include <cstdint>
#include <random>

namespace emotion::train {

/// Random numbers for one crop: a function of the run's seed, the step and the crop's place in its batch, so that a
/// resumed run and any number of loader threads see the same crops.
class CropRandom {
public:
    CropRandom(std::uint64_t seed, std::uint64_t step, std::uint64_t place)
        : generator_(mix(mix(mix(seed) ^ step) ^ place)) {}

    /// Uniform in [0, 1).
    double uniform() { return static_cast<double>(generator_() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    bool chance(double probability) { return uniform() < probability; }
    /// Uniform in 0 .. count - 1; count at least 1.
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(generator_() % count); }
    std::uint64_t bits() { return generator_(); }

private:
    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): neighbouring inputs give unrelated outputs.
    static std::uint64_t mix(std::uint64_t x) {
        x += 0x9e3779b97f4a7c15u;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return x ^ (x >> 31);
    }

    std::mt19937_64 generator_;
};

}  // namespace emotion::train
