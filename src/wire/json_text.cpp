#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

/// Written in one way whichever way it was written before, so that texts can be compared and searched.
void append_string(std::string& out, JsonElement string) {
    if (!string.has_escapes()) {
        out += string.raw();
        return;
    }
    out += '"';
    append_json_escaped(out, string.text());
    out += '"';
}

void append_object(std::string& out, JsonObject object) {
    char separator = '{';
    for (auto field = object.begin(); field != object.end(); ++field) {
        out += separator;
        append_string(out, field.name());
        out += ':';
        append_json(out, field.value());
        separator = ',';
    }
    out += separator == '{' ? "{}" : "}";
}

void append_array(std::string& out, JsonArray array) {
    char separator = '[';
    for (const auto item : array) {
        out += separator;
        append_json(out, item);
        separator = ',';
    }
    out += separator == '[' ? "[]" : "]";
}

}  // namespace

// The recursion is as deep as the document, which JsonReader bounds. Numbers go on as they are written: a 1.0
// must not become an integer for a typed reader behind us.
void append_json(std::string& out, JsonElement element) {
    JsonObject object;
    JsonArray array;
    if (element.get(object)) return append_object(out, object);
    if (element.get(array)) return append_array(out, array);
    if (element.is_string()) return append_string(out, element);
    out += element.raw();
}

std::string to_json(JsonElement element) {
    std::string out;
    out.reserve(element.raw().size());
    append_json(out, element);
    return out;
}

}  // namespace breakwater
