#include "model/model_folder.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"
#include "base/files.hpp"
#include "model/safetensors.hpp"
#include "model/sha256.hpp"

namespace emotion {
namespace {

/// Holds the new weights while model.json still names the old ones.
constexpr const char* kNextWeightsName = "model-next.safetensors";

const NamedTensor* first_not_finite(const std::vector<NamedTensor>& tensors) {
    for (const NamedTensor& tensor : tensors)
        if (!std::all_of(tensor.values.begin(), tensor.values.end(), [](float v) { return std::isfinite(v); }))
            return &tensor;
    return nullptr;
}

/// Card and weights as they stand at this moment; `card_text` is what model.json held.
ModelFolder read_once(const std::filesystem::path& folder, std::string& card_text) {
    ModelFolder model;
    card_text = read_file(folder / kCardName, kMaxCardBytes);
    model.card = parse_written_card(card_text, (folder / kCardName).string());
    const std::filesystem::path path = folder / model.card.weights_file;
    // One read: what was hashed is what is parsed, whatever happens to the file meanwhile.
    const std::string bytes = read_file(path, kMaxWeightsBytes);
    if (bytes.size() != model.card.weights_bytes)
        fail(ErrorCode::model_format, "{} has {} bytes, its card says {}", path.string(), bytes.size(),
             model.card.weights_bytes);
    if (const std::string hash = sha256(bytes); hash != model.card.weights_sha256)
        fail(ErrorCode::model_format, "{} has the SHA-256 {}, its card says {}", path.string(), hash,
             model.card.weights_sha256);
    model.tensors = parse_safetensors(bytes, path.string());
    if (const NamedTensor* tensor = first_not_finite(model.tensors))
        fail(ErrorCode::model_format, "{}: tensor '{}' holds values that are not finite", path.string(), tensor->name);
    return model;
}

/// Makes `to` another name of the file `from`, replacing what was there; copies where the file system has no links.
void add_name(const std::filesystem::path& from, const std::filesystem::path& to) {
    const std::filesystem::path temporary = temporary_beside(to);
    std::error_code error;
    std::filesystem::create_hard_link(from, temporary, error);
    if (error) {
        write_file(to, read_file(from, kMaxWeightsBytes));
        return;
    }
    std::filesystem::rename(temporary, to, error);
    if (error) fail(ErrorCode::io, "cannot write {}: {}", to.string(), error.message());
}

}  // namespace

ModelFolder read_model(const std::filesystem::path& folder) {
    // A writer may replace the model between the reading of the card and of the weights. Then the card has changed, or
    // the next look is whole; what is really damaged fails twice with the same card.
    constexpr int kMostAttempts = 20;
    std::string before;
    for (int attempt = 1;; ++attempt) {
        std::string card_text;
        try {
            return read_once(folder, card_text);
        } catch (const Error&) {
            if (attempt == kMostAttempts || (attempt > 1 && card_text == before)) throw;
        }
        before = std::move(card_text);
    }
}

void write_model(const std::filesystem::path& folder, ModelCard card, const std::vector<NamedTensor>& tensors) {
    if (const NamedTensor* tensor = first_not_finite(tensors))
        fail(ErrorCode::invalid_argument, "write_model: tensor '{}' holds values that are not finite", tensor->name);
    require(!tensors.empty(), "write_model: a model needs at least one tensor");
    card.weights_sha256.clear();
    static_cast<void>(to_json(card));  // a card that cannot be written is refused before anything is touched
    make_folder(folder);
    const std::filesystem::path card_path = folder / kCardName;
    const bool replaces = std::filesystem::exists(card_path);
    auto write_card = [&](const char* weights_file) {
        card.weights_file = weights_file;
        write_file(card_path, to_json(card));
    };

    const std::filesystem::path first = folder / (replaces ? kNextWeightsName : kWeightsName);
    const WrittenWeights written = write_safetensors(first, tensors);
    card.weights_bytes = written.bytes;
    card.weights_sha256 = written.sha256;
    write_card(replaces ? kNextWeightsName : kWeightsName);
    if (!replaces) return;

    // The card names the new weights from here on; now they move to their usual name, again by way of a whole model.
    add_name(first, folder / kWeightsName);
    write_card(kWeightsName);
    std::error_code ignored;
    std::filesystem::remove(first, ignored);
}

}  // namespace emotion
