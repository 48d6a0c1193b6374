#pragma once

#include <string>
#include <type_traits>

#include "module.hpp"

// def, def_method and so on pass a function to pybind11 with a docstring that begins with "name(arguments)\n--\n\n":
// Python takes that apart into the signature that help(), editors and mypy.stubtest see. Names and defaults come from
// the py::arg of the definition itself, so they cannot drift from it.
namespace emotion::bindings {

class SignatureText {
public:
    SignatureText(const char* name, const char* first) : text_(name) {
        text_ += "(";
        if (first) append(first);
    }

    void add(const py::arg_v& argument) {
        append(std::string(argument.name) + "=" + std::string(py::str(py::repr(argument.value))));
    }
    void add(const py::arg& argument) { append(argument.name); }
    void add(const py::kw_only&) { append("*"); }
    template <typename Other>
    void add(const Other&) {}

    void append(const std::string& parameter) {
        if (text_.back() != '(') text_ += ", ";
        text_ += parameter;
    }

    std::string with(const char* doc) const { return text_ + ")\n--\n\n" + doc; }

private:
    std::string text_;
};

template <typename... Extra>
std::string documented(const char* name, const char* first, const char* doc, const Extra&... extra) {
    SignatureText text(name, first);
    (text.add(extra), ...);
    return text.with(doc);
}

/// A function of the module.
template <typename Function, typename... Extra>
void def(py::module_& module, const char* name, Function&& function, const char* doc, const Extra&... extra) {
    module.def(name, std::forward<Function>(function), documented(name, nullptr, doc, extra...).c_str(), extra...);
}

/// A method.
template <typename Class, typename Function, typename... Extra>
Class& def(Class& type, const char* name, Function&& function, const char* doc, const Extra&... extra) {
    type.def(name, std::forward<Function>(function), documented(name, "self", doc, extra...).c_str(), extra...);
    return type;
}

/// A constructor: `factory` is a py::init.
template <typename Class, typename Factory, typename... Extra>
Class& def_init(Class& type, Factory&& factory, const char* doc, const Extra&... extra) {
    type.def(std::forward<Factory>(factory), documented("__init__", "self", doc, extra...).c_str(), extra...);
    return type;
}

/// Two values of one class compare by `state`, a function from the value to a Python tuple, which also is what is
/// pickled and hashed; `restore` makes the value from it.
template <typename Class, typename State, typename Restore>
Class& def_value(Class& type, State state, Restore restore) {
    using Value = typename Class::type;
    type.def(
        "__eq__",
        [state](const Value& self, const py::object& other) -> py::object {
            if (!py::isinstance<Value>(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
            return py::bool_(state(self).equal(state(other.cast<const Value&>())));
        },
        "__eq__(self, other, /)\n--\n\nSame values.");
    type.def(
        "__hash__", [state](const Value& self) { return py::hash(state(self)); },
        "__hash__(self, /)\n--\n\nOf the values.");
    type.def(py::pickle([state](const Value& self) { return py::tuple(state(self)); },
                        [restore](const py::tuple& values) { return restore(values); }));
    return type;
}

}  // namespace emotion::bindings
