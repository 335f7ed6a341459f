#include "openai_members.hpp"

#include <array>

#include "extensions.hpp"

namespace breakwater::ingress {
namespace {

constexpr std::array<std::string_view, 3> kVerbosities{"low", "medium", "high"};
constexpr std::size_t kSchemaNameBytesMax = 64;
constexpr std::size_t kMetadataPairsMax = 16;
constexpr std::size_t kMetadataKeyBytesMax = 64;
constexpr std::size_t kMetadataValueBytesMax = 512;
constexpr ExtensionBound kExtensions{256, "expected at most 256 members that are not OpenAI's"};

}  // namespace

bool read_strings(const Value& array, std::vector<std::string>& out) {
    return array.each_item([&](const Value& item) { return item.read(out.emplace_back()); });
}

bool read_stop(const Value& value, std::vector<std::string>& stop) {
    if (value.is_string()) return value.read(stop.emplace_back());
    return value.is_array() ? read_strings(value, stop) : value.wrong_type("a string or an array of strings");
}

bool read_metadata(const Value& value, JsonText& metadata) {
    std::size_t pairs = 0;
    const bool valid = value.each_member([&](std::string_view key, const Value& item) {
        ++pairs;
        if (!item.is_string()) return item.wrong_type("a string");
        if (key.size() > kMetadataKeyBytesMax) {
            return item.fail("string_above_max_length", "expected a key of at most 64 bytes");
        }
        return item.text().size() <= kMetadataValueBytesMax ||
               item.fail("string_above_max_length", "expected at most 512 bytes");
    });
    if (!valid) return false;
    if (pairs > kMetadataPairsMax) return value.fail("object_above_max_properties", "expected at most 16 pairs");
    return value.read_object(metadata);
}

bool read_effort(const Value& value, Reasoning& reasoning) {
    constexpr std::string_view kExpected = "one of none, minimal, low, medium, high, xhigh, max";
    if (!value.is_string()) return value.wrong_type(kExpected);
    reasoning.effort = reasoning_effort_from(value.text());
    return reasoning.effort.has_value() || value.wrong_value(kExpected);
}

bool read_verbosity(const Value& value, std::string& verbosity) {
    return value.read_word(verbosity, kVerbosities);
}

bool read_schema(const Value& value, ResponseFormat& format) {
    if (!value.is_object()) return value.wrong_type("an object");
    // Some compatible servers never asked for the name, which only labels the schema.
    if (!value.optional("name", format.name)) return false;
    if (format.name.empty()) format.name = "response";
    if (format.name.size() > kSchemaNameBytesMax) {
        return value.find("name")->fail("string_above_max_length", "expected at most 64 characters");
    }
    const std::optional<Value> body = value.find("schema");
    if (body && !body->read_object(format.schema)) return false;
    return value.optional("description", format.description) && value.optional("strict", format.strict);
}

bool keep_extension(std::string_view name, const Value& value, ChatRequest& request) {
    return keep_extension(name, value, kExtensions, request.extensions);
}

}  // namespace breakwater::ingress
