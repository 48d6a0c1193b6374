#include "nn/direct/pack.hpp"

#include <ATen/ATen.h>

#include <algorithm>

#include "nn/direct/winograd.hpp"

namespace emotion::nn::direct {
namespace {

at::Tensor padded_vector(const at::Tensor& values, int count) {
    at::Tensor result = at::zeros({count});
    result.narrow(0, 0, values.size(0)).copy_(values);
    return result;
}

at::Tensor pack_depthwise(const at::Tensor& weight, int channels) {
    const std::int64_t kernel = weight.size(2);
    at::Tensor result = at::zeros({kernel, kernel, channels});
    result.narrow(2, 0, weight.size(0)).copy_(weight.squeeze(1).permute({1, 2, 0}));
    return result;
}

/// Columns (k, out), a block of output channels after the other, each padded with zeros to whole vectors.
at::Tensor pack_blocks(const at::Tensor& columns, const Packed& packed, int width) {
    at::Tensor all = at::zeros({columns.size(0), packed.out_channels});
    all.narrow(1, 0, columns.size(1)).copy_(columns);
    std::vector<at::Tensor> parts;
    for (const Block& block : packed.blocks)
        parts.push_back(all.narrow(1, block.first_channel, block.vectors * width).contiguous().view(-1));
    return at::cat(parts);
}

}  // namespace

Packed pack(const Step& step, int width) {
    Packed packed;
    const at::Tensor weight = step.weight.dim() == 2 ? step.weight.view({step.weight.size(0), -1, 1, 1}) : step.weight;
    packed.out_channels = padded(static_cast<int>(weight.size(0)), width);
    packed.in_channels = static_cast<int>(weight.size(1));
    auto keep = [&](const at::Tensor& values) {
        packed.memory.push_back(values);
        return values.const_data_ptr<float>();
    };
    packed.bias = keep(padded_vector(step.bias, packed.out_channels));
    packed.slope = keep(at::full({packed.out_channels}, step.slope));
    if (step.is_depthwise()) {
        packed.weights = keep(pack_depthwise(weight, packed.out_channels));
        return packed;
    }
    for (int first = 0; first < packed.out_channels;) {
        const int left = (packed.out_channels - first) / width;
        const int vectors = left == 3 ? 3 : std::min(left, 2);
        packed.blocks.push_back({first, vectors});
        first += vectors * width;
    }
    const std::int64_t taps = weight.size(1) * weight.size(2) * weight.size(3);
    packed.weights = keep(pack_blocks(weight.permute({2, 3, 1, 0}).reshape({taps, weight.size(0)}), packed, width));
    if (can_winograd(step)) packed.winograd = keep(pack_blocks(winograd_weights(weight).flatten(0, 1), packed, width));
    return packed;
}

void set_block(ConvRow& row, const Packed& packed, const Block& block, const Step& step) {
    row.vectors = block.vectors;
    row.weights = packed.weights +
                  static_cast<std::int64_t>(block.first_channel) * step.kernel * step.kernel * packed.in_channels;
    row.finish.bias = packed.bias + block.first_channel;
    row.finish.slope = packed.slope + block.first_channel;
    row.finish.added_first = step.added_first;
}

}  // namespace emotion::nn::direct
