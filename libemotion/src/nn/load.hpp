#pragma once

#include <filesystem>
#include <memory>

#include "emotion/model_card.hpp"
#include "model/model_folder.hpp"
#include "nn/module.hpp"

namespace emotion::nn {

/// A network with the weights of a model folder, in evaluation mode, on the CPU, f32.
/// Throws Error{model_format}: hash, unknown architecture, missing, extra or misshapen tensor, label count.
struct LoadedModule {
    ModelCard card;
    std::unique_ptr<Module> module;
};
LoadedModule load_module(const std::filesystem::path& folder);

/// The module's tensors as they go into a weights file.
std::vector<NamedTensor> to_named_tensors(const Module& module);

}  // namespace emotion::nn
