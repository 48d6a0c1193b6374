#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "emotion/device.hpp"
#include "emotion/error.hpp"
#include "emotion/network.hpp"
#include "module.hpp"
#include "numpy_image.hpp"

// An options struct of the library as Python keyword arguments: one table of its fields, from which come the signature,
// the defaults (those of the struct), the conversion of what the caller gave, and what `options` shows.
namespace emotion::bindings {

/// What a value of this C++ type is called in Python, for messages, and its conversions. Types of their own specialise
/// it beside their binding.
template <typename Value>
struct OptionValue {
    static std::string expected() {
        if constexpr (std::is_same_v<Value, bool>)
            return "bool";
        else if constexpr (std::is_integral_v<Value>)
            return "int";
        else if constexpr (std::is_floating_point_v<Value>)
            return "float";
        else if constexpr (std::is_same_v<Value, std::filesystem::path>)
            return "str or path";
        else if constexpr (std::is_same_v<Value, std::vector<int>>)
            return "sequence of int";
        else if constexpr (std::is_same_v<Value, std::map<std::string, std::string>>)
            return "dict of str to str";
        else
            return "value of another type";
    }
    static Value from(const py::handle& value) { return value.cast<Value>(); }
    static py::object to(const Value& value) {
        if constexpr (std::is_same_v<Value, std::filesystem::path>)
            return py::str(value.string());
        else if constexpr (std::is_same_v<Value, std::vector<int>>)
            return py::tuple(py::cast(value));
        else if constexpr (std::is_same_v<Value, float>)
            return py::float_(std::stod(fmt::format("{}", value)));  // 0.2, where a cast shows 0.20000000298
        else
            return py::cast(value);
    }
};

/// Text; paths are taken too.
template <>
struct OptionValue<std::string> {
    static std::string expected() { return "str or path"; }
    static std::string from(const py::handle& value) { return value.cast<std::filesystem::path>().string(); }
    static py::object to(const std::string& value) { return py::str(value); }
};

template <typename Value>
struct OptionValue<std::optional<Value>> {
    static std::string expected() { return OptionValue<Value>::expected() + " or None"; }
    static std::optional<Value> from(const py::handle& value) {
        if (value.is_none()) return std::nullopt;
        return OptionValue<Value>::from(value);
    }
    static py::object to(const std::optional<Value>& value) {
        return value ? OptionValue<Value>::to(*value) : py::object(py::none());
    }
};

template <>
struct OptionValue<Precision> {
    static std::string expected() { return "str"; }
    static Precision from(const py::handle& value) { return parse_precision(value.cast<std::string>()); }
    static py::object to(Precision value) { return py::str(to_string(value)); }
};

template <>
struct OptionValue<NetworkForm> {
    static std::string expected() { return "str"; }
    static NetworkForm from(const py::handle& value);
    static py::object to(NetworkForm value) { return py::str(value == NetworkForm::module ? "module" : "compiled"); }
};

template <typename Value>
inline constexpr bool kIsWholeNumber = std::is_integral_v<Value> && !std::is_same_v<Value, bool>;
template <typename Value>
inline constexpr bool kIsWholeNumber<std::optional<Value>> = kIsWholeNumber<Value>;
template <typename Value>
inline constexpr bool kIsCount = std::is_unsigned_v<Value>;
template <typename Value>
inline constexpr bool kIsCount<std::optional<Value>> = kIsCount<Value>;

template <typename Options>
class OptionTable {
public:
    /// `name`: of the function or class, begins the messages. The first `positional` fields may be given by position.
    OptionTable(std::string name, std::size_t positional) : name_(std::move(name)), positional_(positional) {}

    template <typename Value>
    OptionTable& field(const char* field_name, Value Options::*member) {
        return field_at(
            field_name, [member](auto& options) -> auto& { return options.*member; });
    }

    /// A field that lies deeper: place(options) is a reference to it.
    template <typename Place>
    OptionTable& field_at(const char* field_name, Place place) {
        using Value = std::remove_cvref_t<decltype(place(std::declval<Options&>()))>;
        fields_.push_back({field_name,
                           [field_name, place](const std::string& who, Options& options, const py::handle& value) {
                               try {
                                   place(options) = OptionValue<Value>::from(value);
                               } catch (const py::cast_error&) {
                                   if (kIsWholeNumber<Value> && py::isinstance<py::int_>(value))
                                       throw Error(
                                           ErrorCode::invalid_argument,
                                           fmt::format("{}: {} is {}, {}", who, field_name, std::string(py::str(value)),
                                                       kIsCount<Value> && value < py::int_(0) ? "expected 0 or more"
                                                                                              : "too large a number"));
                                   throw py::type_error(who + ": " + field_name + " is " + type_name(value) +
                                                        ", expected " + OptionValue<Value>::expected());
                               }
                           },
                           [place](const Options& options) { return OptionValue<Value>::to(place(options)); }});
        return *this;
    }

    /// The fields of a part's table but for those of `without`: place(options) is a reference to the part.
    template <typename Part, typename Place>
    OptionTable& fields_of(const OptionTable<Part>& part, Place place, const std::set<std::string>& without = {}) {
        for (const auto& field : part.fields_) {
            if (without.contains(field.name)) continue;
            fields_.push_back({field.name,
                               [set = field.set, place](const std::string& who, Options& options,
                                                        const py::handle& value) { set(who, place(options), value); },
                               [get = field.get, place](const Options& options) { return get(place(options)); }});
        }
        return *this;
    }

    std::set<std::string> names() const {
        std::set<std::string> all;
        for (const Field& field : fields_) all.insert(field.name);
        return all;
    }

    /// "name(field=default, *, field=default, extra)".
    std::string signature(const std::string& function, const char* first, const std::string& extra = "") const {
        std::string text = function + "(";
        auto append = [&text](const std::string& part) { text += (text.back() == '(' ? "" : ", ") + part; };
        if (first) append(first);
        const Options defaults;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            if (i == positional_) append("*");
            append(fields_[i].name + "=" + std::string(py::str(py::repr(fields_[i].get(defaults)))));
        }
        if (!extra.empty()) append(extra);
        return text + ")";
    }

    Options parse(const py::args& positional, const py::kwargs& keywords) const {
        if (positional.size() > positional_)
            throw py::type_error(name_ + ": takes " + std::to_string(positional_) + " positional argument(s), got " +
                                 std::to_string(positional.size()));
        Options options;
        for (std::size_t i = 0; i < positional.size(); ++i) {
            if (keywords.contains(fields_[i].name.c_str()))
                throw py::type_error(name_ + ": " + fields_[i].name + " is given twice");
            fields_[i].set(name_, options, positional[i]);
        }
        for (auto [key, value] : keywords) find(key.template cast<std::string>()).set(name_, options, value);
        return options;
    }

    py::dict to_dict(const Options& options) const {
        py::dict values;
        for (const Field& field : fields_) values[field.name.c_str()] = field.get(options);
        return values;
    }

private:
    template <typename Other>
    friend class OptionTable;

    struct Field {
        std::string name;
        std::function<void(const std::string& who, Options&, const py::handle&)> set;
        std::function<py::object(const Options&)> get;
    };

    const Field& find(const std::string& field_name) const {
        std::string known;
        for (const Field& field : fields_) {
            if (field.name == field_name) return field;
            known += (known.empty() ? "" : ", ") + field.name;
        }
        throw py::type_error(name_ + ": no argument is called '" + field_name + "', expected one of " + known);
    }

    std::string name_;
    std::size_t positional_;
    std::vector<Field> fields_;
};

/// Deletes with the GIL released, for objects that own threads or large memory.
template <typename Value>
struct ReleasingDelete {
    void operator()(Value* value) const {
        if (PyGILState_Check()) {
            py::gil_scoped_release release;
            delete value;
        } else {
            delete value;
        }
    }
};

/// Makes an object with the GIL released, which its destructor does too.
template <typename Value, typename Options>
std::shared_ptr<Value> make_released(const Options& options) {
    py::gil_scoped_release release;
    return std::shared_ptr<Value>(new Value(options), ReleasingDelete<Value>{});
}

/// `call()` with the GIL released.
template <typename Call>
auto released(Call&& call) {
    py::gil_scoped_release release;
    return call();
}

}  // namespace emotion::bindings
