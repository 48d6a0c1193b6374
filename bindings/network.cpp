#include "emotion/network.hpp"

#include <fmt/format.h>

#include "emotion/error.hpp"
#include "loading.hpp"
#include "numpy_image.hpp"
#include "signature.hpp"

namespace emotion::bindings {

NetworkForm OptionValue<NetworkForm>::from(const py::handle& value) {
    const auto text = value.cast<std::string>();
    if (text == "module") return NetworkForm::module;
    if (text == "compiled") return NetworkForm::compiled;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("Network: form must be 'module' or 'compiled', got '{}'", text));
}

namespace {

const OptionTable<NetworkOptions>& options_table() {
    static const auto table = OptionTable<NetworkOptions>("Network", 1)
                                  .field("model", &NetworkOptions::model)
                                  .field("form", &NetworkOptions::form)
                                  .field("device", &NetworkOptions::device)
                                  .field("precision", &NetworkOptions::precision);
    return table;
}

py::dict forward(const Network& network, const py::object& input) {
    const FloatArray given = to_float_array(input, "Network.forward: input");
    std::vector<FloatArray> outputs = released([&] { return network.forward(given); });
    py::dict result;
    for (std::size_t i = 0; i < outputs.size(); ++i)
        result[network.output_names()[i].c_str()] = to_numpy(std::move(outputs[i]));
    return result;
}

}  // namespace

void bind_network(py::module_& module) {
    const std::string doc =
        options_table().signature("Network", nullptr) +
        "\n--\n\n"
        "A loaded network, numbers in and numbers out: for measuring, checking and uses beyond faces.\n\n"
        "model: name or folder. form: 'module' (as trained) or 'compiled' (folded and fused for the "
        "processor). precision: 'f32', 'bf16', 'f16' or 'fastest'. Two threads may use one network.";
    py::class_<Network, std::shared_ptr<Network>> type(module, "Network", doc.c_str());
    def_loading(type, options_table, "Loads the network.");
    def(type, "forward", &forward,
        "{output name: float32 array} of a float32 input (n, channels, height, width), normalised as the card says.",
        py::arg("input"));
    def(
        type, "time_forward",
        [](const Network& self, int n, int height, int width, int warmup, int repeats) {
            return released([&] { return self.time_forward(n, height, width, warmup, repeats); });
        },
        "Milliseconds of each of `repeats` passes over a random input, without copies in and out, after `warmup`.",
        py::arg("n"), py::arg("height"), py::arg("width"), py::arg("warmup") = 3, py::arg("repeats") = 20);
    type.def_property_readonly("card", &Network::card, py::return_value_policy::copy, "The model's card.");
    type.def_property_readonly(
        "output_names", [](const Network& self) { return py::tuple(py::cast(self.output_names())); },
        "Keys of what forward gives.");
    type.def_property_readonly("parameter_count", &Network::parameter_count, "Numbers that were trained.");
    type.def(
        "__repr__", [](const Network& self) { return fmt::format("Network(model='{}')", self.card().name); },
        "__repr__(self, /)\n--\n\nThe model's name.");
}

}  // namespace emotion::bindings
