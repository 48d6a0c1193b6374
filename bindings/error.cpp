#include "emotion/error.hpp"

#include "module.hpp"

namespace emotion::bindings {

namespace {

/// A class of errors; `also`: the built-in class that it is too.
py::object error_class(py::module_& module, const char* name, const char* doc, const py::object& base, PyObject* also,
                       const char* code) {
    py::list bases;
    bases.append(base);
    if (also) bases.append(py::reinterpret_borrow<py::object>(also));
    py::dict members;
    if (code) members["code"] = code;
    const std::string full_name = std::string("emotion.") + name;
    py::object type = py::reinterpret_steal<py::object>(
        PyErr_NewExceptionWithDoc(full_name.c_str(), doc, py::tuple(bases).ptr(), members.ptr()));
    if (!type) throw py::error_already_set();
    module.attr(name) = type;
    return type;
}

/// The Python class of each code. Never freed: an error may be translated while the interpreter shuts down.
struct ErrorClasses {
    py::object invalid_argument, io, model_format, unsupported, runtime;

    const py::object& of(ErrorCode code) const {
        switch (code) {
            case ErrorCode::invalid_argument:
                return invalid_argument;
            case ErrorCode::io:
                return io;
            case ErrorCode::model_format:
                return model_format;
            case ErrorCode::unsupported:
                return unsupported;
            case ErrorCode::runtime:
                break;
        }
        return runtime;
    }
};
const ErrorClasses* classes = nullptr;

}  // namespace

void bind_error(py::module_& module) {
    py::object base = error_class(module, "EmotionError",
                                  "What the library raises. `code` says what kind of thing went wrong: "
                                  "'invalid_argument', 'io', 'model_format', 'unsupported' or 'runtime'.",
                                  py::reinterpret_borrow<py::object>(PyExc_Exception), nullptr, "runtime");
    auto* made = new ErrorClasses;
    made->invalid_argument = error_class(module, "EmotionValueError", "A value outside what was asked for.", base,
                                         PyExc_ValueError, to_string(ErrorCode::invalid_argument));
    made->io = error_class(module, "EmotionOSError", "A file or an address could not be read or written.", base,
                           PyExc_OSError, to_string(ErrorCode::io));
    made->model_format =
        error_class(module, "ModelFormatError", "A model folder is damaged, incomplete or not what its card says.",
                    base, nullptr, to_string(ErrorCode::model_format));
    made->unsupported = error_class(module, "UnsupportedError",
                                    "A valid request that this build or this machine cannot carry out (no GPU, say).",
                                    base, nullptr, to_string(ErrorCode::unsupported));
    made->runtime =
        error_class(module, "EmotionRuntimeError", "A library below failed (out of memory, a kernel error).", base,
                    PyExc_RuntimeError, to_string(ErrorCode::runtime));
    classes = made;
    py::register_exception_translator([](std::exception_ptr pointer) {
        try {
            if (pointer) std::rethrow_exception(pointer);
        } catch (const Error& error) {
            py::set_error(classes->of(error.code()), error.what());
        }
    });
}

}  // namespace emotion::bindings
