#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "emotion/export.hpp"
#include "emotion/model_card.hpp"

namespace emotion EMOTION_PUBLIC {

/// A model found by list_models.
struct ModelEntry {
    std::string name;  ///< what find_model takes
    std::filesystem::path folder;
    std::string origin;  ///< "environment" (EMOTION_MODELS), "cache" or "package"
};

/// The folder of a model. `name_or_path`: a path to a model folder (anything with a '/' or an existing folder with a
/// model.json), else a name that is looked up in the folders of EMOTION_MODELS (separated by ':'), the user's cache
/// (model_cache_folder) and the models shipped with the library, in this order.
/// Throws Error{io} for a path without a model.json, Error{invalid_argument} that lists the names known for a name that
/// none of them has.
std::filesystem::path find_model(const std::string& name_or_path);

/// All models by name in the order of the search; a name hidden by an earlier one is left out.
std::vector<ModelEntry> list_models();

/// $EMOTION_CACHE, else $XDG_CACHE_HOME/emotion/models, else ~/.cache/emotion/models; empty for a user without a home.
std::filesystem::path model_cache_folder();

/// Reads the card and the weights of a model folder and checks size, SHA-256 and tensor table.
/// Throws Error{model_format} or Error{io} with what is wrong.
void verify_model(const std::filesystem::path& folder);

/// Fetches a model into the cache and returns its folder. `url`: the https address of its model.json (http is taken
/// for loopback addresses only); model.safetensors is fetched from beside it. `sha256`: of model.json, 64 hexadecimal
/// digits; the weights' own hash stands in the card. Files come under temporary names, are checked, then renamed: a
/// broken download leaves nothing. A cached model that checks out is not fetched again.
/// The model's name is the one in its card; an older model of this name in the cache is replaced. Redirects are
/// followed to https only. Several threads and processes may download at once. Throws Error{io} (not reachable, not
/// 200, time-out), Error{model_format} (wrong hash), Error{invalid_argument}.
std::filesystem::path download_model(const std::string& url, const std::string& sha256);

}  // namespace EMOTION_PUBLIC
