#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "emotion/device.hpp"
#include "emotion/model_card.hpp"
#include "emotion/network.hpp"
#include "nn/input_rows.hpp"
#include "nn/load.hpp"

namespace emotion::nn {

/// A loaded network ready for inference in one of its forms. Two threads may call forward at once.
class Executor {
public:
    /// device: as given by the user; precision may be fastest.
    Executor(const std::filesystem::path& folder, NetworkForm form, const std::string& device, Precision precision);
    /// A network that is in memory already.
    Executor(LoadedModule loaded, NetworkForm form, const std::string& device, Precision precision);
    ~Executor();
    Executor(Executor&&) noexcept;
    Executor& operator=(Executor&&) noexcept;

    const ModelCard& card() const noexcept;
    const std::string& device() const noexcept;  ///< "cpu" or "cuda:N"
    Precision precision() const noexcept;        ///< never fastest
    const std::vector<std::string>& output_names() const noexcept;
    std::int64_t parameter_count() const noexcept;

    /// x: (n, c, h, w) float32 on the CPU, channels_last memory preferred. Outputs on the CPU, float32, in the graph's
    /// order; maps are (n, c, h, w), usually channels_last, possibly slices of one tensor (not contiguous).
    std::vector<at::Tensor> forward(const at::Tensor& x) const;
    /// The same; the rows are asked for while the network needs them, where its form allows it.
    std::vector<at::Tensor> forward(const InputRows& input) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emotion::nn
