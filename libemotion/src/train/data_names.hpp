#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace emotion::train {

/// The name of a data set in a card, a checkpoint and curves: the last part of its path, with or without a slash
/// behind.
std::string data_name(const std::filesystem::path& path);

/// The same for several that stand side by side: those that would have one name get as many of the folders before it as
/// tell them apart ("a/val", "b/val"); the same path given twice keeps one name.
std::vector<std::string> data_names(const std::vector<std::filesystem::path>& paths);

/// Where a run keeps checkpoint and curves: `work`, or beside the model folder `out`, with "-training" behind its name.
std::filesystem::path training_folder(const std::filesystem::path& work, const std::filesystem::path& out);

/// Whether the model folder `out` can be written at the end of a long run, asked before it: makes the folder that it
/// will be in. Throws Error{io} naming `who` and the path.
void require_model_folder(const char* who, const std::filesystem::path& out);

}  // namespace emotion::train
