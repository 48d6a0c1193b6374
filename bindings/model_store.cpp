#include "emotion/model_store.hpp"

#include <fmt/format.h>

#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_model_store(py::module_& module) {
    py::class_<ModelEntry> type(module, "ModelEntry",
                                "ModelEntry(name, folder, origin)\n--\n\nA model that find_model finds. Read-only.");
    def_init(type, py::init([](std::string name, std::filesystem::path folder, std::string origin) {
                 return ModelEntry{std::move(name), std::move(folder), std::move(origin)};
             }),
             "From its values.", py::arg("name"), py::arg("folder"), py::arg("origin"));
    type.def_readonly("name", &ModelEntry::name, "What find_model takes.");
    type.def_readonly("folder", &ModelEntry::folder, "pathlib.Path of the model folder.");
    type.def_readonly("origin", &ModelEntry::origin, "'environment' (EMOTION_MODELS), 'cache' or 'package'.");
    type.def(
        "__repr__",
        [](const ModelEntry& entry) {
            return fmt::format("ModelEntry(name='{}', folder='{}', origin='{}')", entry.name, entry.folder.string(),
                               entry.origin);
        },
        "__repr__(self, /)\n--\n\nName, folder and origin.");
    def_value(
        type, [](const ModelEntry& e) { return py::make_tuple(e.name, e.folder.string(), e.origin); },
        [](const py::tuple& v) {
            return ModelEntry{v[0].cast<std::string>(), v[1].cast<std::string>(), v[2].cast<std::string>()};
        });

    def(
        module, "find_model",
        [](const std::filesystem::path& name_or_path) {
            return released([&] { return find_model(name_or_path.string()); });
        },
        "The folder of a model: a path, else a name looked up in EMOTION_MODELS, the cache and the package.\n\n"
        "Raises EmotionValueError that lists the names known, if there is none.",
        py::arg("name_or_path"));
    def(
        module, "list_models", [] { return released([] { return list_models(); }); },
        "All models by name in the order of the search; a name hidden by an earlier one is left out.");
    def(
        module, "model_cache_folder", [] { return model_cache_folder(); },
        "$EMOTION_CACHE, else $XDG_CACHE_HOME/emotion/models, else ~/.cache/emotion/models.");
    def(
        module, "verify_model", [](const std::filesystem::path& folder) { released([&] { verify_model(folder); }); },
        "Checks card, size, SHA-256 and tensors of a model folder. Raises ModelFormatError or EmotionOSError.",
        py::arg("folder"));
    def(
        module, "download_model",
        [](const std::string& url, const std::string& sha256) {
            return released([&] { return download_model(url, sha256); });
        },
        "Fetches a model into the cache and gives its folder; a cached model that checks out is not fetched again.\n\n"
        "url: the https address of its model.json. sha256: of model.json, 64 hexadecimal digits.",
        py::arg("url"), py::arg("sha256"));
}

}  // namespace emotion::bindings
