#include "signatures.hpp"

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

std::string call_extension(std::string_view signature) {
    std::string json;
    if (signature.empty()) return json;
    JsonWriter writer(json);
    writer.begin_object().key("google").begin_object().field("thought_signature", signature);
    writer.end_object().end_object();
    return json;
}

std::string call_signature(std::string_view extension) {
    if (extension.empty()) return {};
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(extension);
    if (!parsed) return {};
    const auto own = get_object(*parsed, "google");
    return std::string(own ? get_string(*own, "thought_signature").value_or("") : "");
}

}  // namespace breakwater::google
