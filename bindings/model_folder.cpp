#include "emotion/model_folder.hpp"

#include <fmt/format.h>

#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

namespace {

std::vector<NamedTensor> to_tensors(const py::dict& tensors) {
    std::vector<NamedTensor> result;
    for (auto [name, value] : tensors) {
        if (!py::isinstance<py::str>(name))
            throw py::type_error(fmt::format("write_model: a tensor's name is {}, expected a str", type_name(name)));
        const auto text = name.cast<std::string>();
        FloatArray array = to_float_array(value, "write_model: tensor '" + text + "'");
        result.push_back({text, std::move(array.shape), std::move(array.values)});
    }
    return result;
}

}  // namespace

void bind_model_folder(py::module_& module) {
    def(
        module, "read_model",
        [](const std::filesystem::path& folder) {
            ModelFolder model = released([&] { return read_model(folder); });
            py::dict tensors;
            for (NamedTensor& tensor : model.tensors)
                tensors[tensor.name.c_str()] = to_numpy(FloatArray{std::move(tensor.shape), std::move(tensor.values)});
            return py::make_tuple(std::move(model.card), tensors);
        },
        "(ModelCard, {name: float32 array}) of a model folder, checked against size and hash in the card.",
        py::arg("folder"));
    def(
        module, "write_model",
        [](const std::filesystem::path& folder, const std::string& card_json, const py::dict& tensors) {
            const ModelCard card = parse_model_card(card_json, "write_model: card_json");
            const std::vector<NamedTensor> list = to_tensors(tensors);
            released([&] { write_model(folder, card, list); });
        },
        "Writes a model folder: whole, or not at all.\n\n"
        "card_json: the text of model.json; its key 'weights' may be missing and is filled in. tensors: {name: float32 "
        "array}.",
        py::arg("folder"), py::arg("card_json"), py::arg("tensors"));
}

}  // namespace emotion::bindings
