#include <nlohmann/json.hpp>

#include "breakwater/config/loader.hpp"
#include "breakwater/config/presets.hpp"
#include "key_spec.hpp"
#include "value_types.hpp"

namespace breakwater::config {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNamePattern = "^[A-Za-z0-9._/:-]{1,128}$";

Json pattern(const char* text) {
    return {{"type", "string"}, {"pattern", text}};
}
Json reference_to(const char* definition) {
    return {{"$ref", std::string("#/$defs/") + definition}};
}

Json map_schema(std::span<const KeySpec> keys, const Environment& environment);

/// Shapes that many keys share. A `reference` is filled in from a variable, so nothing is known of its text.
Json definitions(const Environment& environment) {
    return {
        {"reference",
         {{"type", "string"},
          {"pattern", "\\$\\{[A-Za-z_][A-Za-z0-9_]*(:[-?][^}]*)?\\}"},
          {"description", "from an environment variable"}}},
        {"name", pattern(kNamePattern)},
        {"text", {{"type", Json::array({"string", "number", "boolean"})}}},
        {"duration", pattern("^([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?$")},
        {"size",
         {{"anyOf", Json::array({pattern("^[0-9.]+([KkMmGg]?[Bb]?|[KkMmGg][Ii][Bb])$"),
                                 {{"type", "integer"}, {"minimum", 0}}})}}},
        {"count", {{"anyOf", Json::array({pattern("^[0-9.]+[KkMm]?$"), {{"type", "integer"}, {"minimum", 0}}})}}},
        {"share", pattern("^[0-9.]+%$")},
        {"rate", pattern("^[0-9.]+/[smhSMH]$")},
        {"address", pattern("^([0-9.]*|localhost|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$")},
        {"url", pattern("^[Hh][Tt][Tt][Pp][Ss]?://[^@?#\\s]+$")},
        {"digest", pattern("^[0-9A-Fa-f]{64}$")},
        {"support", {{"enum", Json::array({"native", "emulated", "absent"})}}},
        {"capabilities", map_schema(capability_keys(), environment)},
    };
}

Json words_json(std::string_view words) {
    Json list = Json::array();
    for (const std::string_view word : words_of(words)) list.push_back(word);
    return list;
}

/// A value that may be replaced by a reference.
Json or_reference(Json value) {
    return {{"anyOf", Json::array({std::move(value), reference_to("reference")})}};
}

Json integer_schema(const KeySpec& key) {
    Json schema{{"type", "integer"}, {"minimum", 0}};
    // The ranges of the other types have units, which JSON Schema has no words for; the loader checks those.
    if (!key.from.empty()) schema["minimum"] = std::stoll(std::string(key.from));
    if (!key.to.empty()) schema["maximum"] = std::stoll(std::string(key.to));
    return schema;
}

Json list_of(Json item) {
    return {{"type", "array"}, {"items", std::move(item)}, {"minItems", 1}, {"uniqueItems", true}};
}

Json value_schema(const KeySpec& key, const Environment& environment) {
    switch (key.type) {
        case Type::map:
            if (key.children == capability_keys) return reference_to("capabilities");
            return map_schema(key.children(), environment);
        case Type::named_maps:
            return {{"type", "object"},
                    {"patternProperties", {{kNamePattern, map_schema(key.children(), environment)}}},
                    {"additionalProperties", false}};
        case Type::list_of_maps:
            return {{"type", "array"}, {"items", map_schema(key.children(), environment)}, {"minItems", 1}};
        case Type::names:
            return list_of(or_reference(reference_to("name")));
        case Type::texts:
            return list_of(reference_to("text"));
        case Type::word_list:
            return list_of({{"enum", words_json(key.words)}});
        case Type::headers:
            return {{"type", Json::array({"object", "null"})}, {"additionalProperties", reference_to("text")}};
        case Type::numbers:
            return {{"type", "object"},
                    {"patternProperties", {{kNamePattern, or_reference({{"type", "number"}, {"minimum", 0}})}}},
                    {"additionalProperties", false}};
        case Type::preference:
            return {{"anyOf", Json::array({{{"enum", words_json(key.words)}},
                                           reference_to("reference"),
                                           map_schema(key.children(), environment)})}};
        case Type::text:
        case Type::path:
            return reference_to("text");
        case Type::secret:
            return {{"type", "string"}};
        case Type::secrets:
            return {
                {"type", "array"},
                {"items", {{"anyOf", Json::array({{{"type", "string"}}, map_schema(key.children(), environment)})}}},
                {"minItems", 1}};
        case Type::boolean:
            return or_reference({{"type", "boolean"}});
        case Type::integer:
            return or_reference(integer_schema(key));
        case Type::number:
            return or_reference({{"type", "number"}});
        case Type::duration:
            return or_reference(reference_to("duration"));
        case Type::spread:
            return {{"anyOf", Json::array({reference_to("duration"), reference_to("reference"),
                                           map_schema(key.children(), environment)})}};
        case Type::size:
            return or_reference(reference_to("size"));
        case Type::count:
            return or_reference(reference_to("count"));
        case Type::share:
            return or_reference(reference_to("share"));
        case Type::rate:
            return or_reference(reference_to("rate"));
        case Type::address:
            return or_reference(reference_to("address"));
        case Type::url:
            return or_reference(reference_to("url"));
        case Type::word:
            return key.words == "native emulated absent" ? reference_to("support")
                                                         : or_reference({{"enum", words_json(key.words)}});
        case Type::name:
            return or_reference(reference_to("name"));
        case Type::digest:
            return or_reference(reference_to("digest"));
        case Type::dialect:
            return or_reference({{"enum", dialect_names(environment)}});
        case Type::preset:
            return or_reference({{"enum", preset_names()}});
        case Type::later:
            return false;
    }
    return {};
}

Json key_schema(const KeySpec& key, const Environment& environment) {
    Json value = value_schema(key, environment);
    const bool has_extra_words =
        !key.words.empty() && key.type != Type::word && key.type != Type::word_list && key.type != Type::preference;
    if (has_extra_words) value = {{"anyOf", Json::array({{{"enum", words_json(key.words)}}, std::move(value)})}};
    if (!key.meaning.empty()) value["description"] = key.meaning;
    if (!key.default_text.empty()) value["default"] = key.default_text;
    return value;
}

Json map_schema(std::span<const KeySpec> keys, const Environment& environment) {
    Json properties = Json::object();
    Json required = Json::array();
    Json alternatives = Json::array();
    for (const KeySpec& key : keys) {
        if (key.type == Type::later) continue;
        properties[std::string(key.name)] = key_schema(key, environment);
        if (!key.required) continue;
        if (key.unless.empty()) {
            required.push_back(key.name);
        } else {
            for (const std::string_view name : {key.name, key.unless})
                alternatives.push_back({{"required", Json::array({name})}});
        }
    }
    // A map with nothing in it may be left empty in YAML, where that is null.
    Json schema{{"type", required.empty() && alternatives.empty() ? Json::array({"object", "null"}) : Json("object")},
                {"properties", std::move(properties)},
                {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = std::move(required);
    if (!alternatives.empty()) schema["anyOf"] = std::move(alternatives);
    return schema;
}

}  // namespace

std::string json_schema(const Environment& environment) {
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Breakwater configuration"}};
    schema.update(map_schema(all_keys(), environment));
    schema["$defs"] = definitions(environment);
    return schema.dump(2) + "\n";
}

}  // namespace breakwater::config
