#include <array>
#include <charconv>

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

using simdjson::dom::element_type;

template <class Number>
void append_number(std::string& out, Number value) {
    std::array<char, 32> text;
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

/// A number that was written with a point stays one: 1.0 must not become an integer for a typed reader behind us.
void append_real(std::string& out, double value) {
    const std::size_t start = out.size();
    append_number(out, value);
    if (std::string_view(out).substr(start).find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_text(std::string& out, std::string_view text) {
    out += '"';
    append_json_escaped(out, text);
    out += '"';
}

void append_object(std::string& out, simdjson::dom::object object) {
    char separator = '{';
    for (const auto& field : object) {
        out += separator;
        append_text(out, field.key);
        out += ':';
        append_json(out, field.value);
        separator = ',';
    }
    out += separator == '{' ? "{}" : "}";
}

void append_array(std::string& out, simdjson::dom::array array) {
    char separator = '[';
    for (const auto item : array) {
        out += separator;
        append_json(out, item);
        separator = ',';
    }
    out += separator == '[' ? "[]" : "]";
}

}  // namespace

// The recursion is as deep as the document, which JsonReader bounds.
void append_json(std::string& out, simdjson::dom::element element) {
    switch (element.type()) {
        case element_type::OBJECT:
            return append_object(out, element.get_object().value_unsafe());
        case element_type::ARRAY:
            return append_array(out, element.get_array().value_unsafe());
        case element_type::STRING:
            return append_text(out, element.get_string().value_unsafe());
        case element_type::INT64:
            return append_number(out, element.get_int64().value_unsafe());
        case element_type::UINT64:
            return append_number(out, element.get_uint64().value_unsafe());
        case element_type::DOUBLE:
            return append_real(out, element.get_double().value_unsafe());
        case element_type::BOOL:
            out += element.get_bool().value_unsafe() ? "true" : "false";
            return;
        case element_type::NULL_VALUE:
            out += "null";
            return;
    }
}

std::string to_json(simdjson::dom::element element) {
    std::string out;
    append_json(out, element);
    return out;
}

}  // namespace breakwater
