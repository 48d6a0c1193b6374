#pragma once

#include <cstdint>
#include <string>

/// A small generator of numbers that are the same on every machine (SplitMix64).
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

private:
    std::uint64_t state_;
};

/// A text with a few bits flipped, bytes replaced, a piece cut out, or its end cut off.
inline std::string damaged(std::string bytes, Numbers& numbers) {
    switch (numbers.below(4)) {
        case 0:
            bytes.resize(numbers.below(bytes.size()));
            break;
        case 1: {
            const std::size_t begin = numbers.below(bytes.size());
            bytes.erase(begin, 1 + numbers.below(16));
            break;
        }
        case 2:
            for (std::size_t i = 0; i <= numbers.below(4); ++i)
                bytes[numbers.below(bytes.size())] = static_cast<char>(numbers.below(256));
            break;
        default:
            for (std::size_t i = 0; i <= numbers.below(4); ++i)
                bytes[numbers.below(bytes.size())] ^= static_cast<char>(1u << numbers.below(8));
    }
    return bytes;
}
