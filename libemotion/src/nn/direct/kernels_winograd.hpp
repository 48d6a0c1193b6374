// The transforms of winograd.hpp. Part of kernels_body.hpp, which includes this inside its namespaces.

constexpr float kRoot = 1.41421356237309505f;  // of 2

/// Six values of a row or column of a patch to their values at the six points.
inline void to_points(const Reg (&d)[6], Reg (&at)[6]) {
    at[0] = d[0] + d[4] - 2.5f * d[2];
    const Reg even = d[4] - 2.0f * d[2];
    const Reg odd = (0.5f * kRoot) * d[3] - kRoot * d[1];
    at[1] = even + odd;
    at[2] = even - odd;
    const Reg wide_even = d[4] - 0.5f * d[2];
    const Reg wide_odd = kRoot * d[3] - (0.5f * kRoot) * d[1];
    at[3] = wide_even + wide_odd;
    at[4] = wide_even - wide_odd;
    at[5] = d[1] + d[5] - 2.5f * d[3];
}

/// The products at the six points to four results.
inline void from_points(const Reg (&at)[6], Reg (&result)[4]) {
    const Reg sum = at[1] + at[2];
    const Reg difference = at[1] - at[2];
    const Reg wide_sum = at[3] + at[4];
    const Reg wide_difference = at[3] - at[4];
    result[0] = at[0] + sum + wide_sum;
    result[1] = (0.5f * kRoot) * difference + kRoot * wide_difference;
    result[2] = 0.5f * sum + 2.0f * wide_sum;
    result[3] = (0.25f * kRoot) * difference + (2.0f * kRoot) * wide_difference + at[5];
}

// Both transforms go over rows, then over columns. Their loops stay loops: unrolled, they would not fit where a
// processor keeps decoded instructions. Fields are copied first: to the compiler a store may change them.

void winograd_in(const WinogradIn& tile) {
    const auto [pixels, channels, out, step] = tile;
    for (int c = 0; c < channels; c += kWidth) {
        Reg columns[6][6];
#pragma GCC unroll 1
        for (int y = 0; y < 6; ++y) {
            Reg values[6], points[6];
#pragma GCC unroll 6
            for (int x = 0; x < 6; ++x) values[x] = load(pixels[y * 6 + x] + c);
            to_points(values, points);
#pragma GCC unroll 6
            for (int x = 0; x < 6; ++x) columns[x][y] = points[x];
        }
#pragma GCC unroll 1
        for (int x = 0; x < 6; ++x) {
            Reg points[6];
            to_points(columns[x], points);
#pragma GCC unroll 6
            for (int y = 0; y < 6; ++y) store(out + (y * 6 + x) * step + c, points[y]);
        }
    }
}

template <Addition addition>
void winograd_out_tile(const WinogradOut& tile) {
    const auto [in, step, channels, pixels, added, added_first, biases, slopes] = tile;
    for (int c = 0; c < channels; c += kWidth) {
        Reg columns[4][6];
#pragma GCC unroll 1
        for (int y = 0; y < 6; ++y) {
            Reg points[6], results[4];
#pragma GCC unroll 6
            for (int x = 0; x < 6; ++x) points[x] = load(in + (y * 6 + x) * step + c);
            from_points(points, results);
#pragma GCC unroll 4
            for (int x = 0; x < 4; ++x) columns[x][y] = results[x];
        }
        const Reg bias = load(biases + c);
        const Reg slope = load(slopes + c);
#pragma GCC unroll 1
        for (int x = 0; x < 4; ++x) {
            Reg results[4];
            from_points(columns[x], results);
#pragma GCC unroll 4
            for (int y = 0; y < 4; ++y) {
                const Reg other = addition == Addition::none ? Reg{} : load(added[y * 4 + x] + c);
                store(pixels[y * 4 + x] + c, finished<addition>(results[y] + bias, other, slope));
            }
        }
    }
}

void winograd_out(const WinogradOut& tile) {
    if (!tile.added)
        winograd_out_tile<Addition::none>(tile);
    else if (tile.added_first)
        winograd_out_tile<Addition::before>(tile);
    else
        winograd_out_tile<Addition::after>(tile);
}
