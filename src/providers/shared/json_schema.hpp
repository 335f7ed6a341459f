#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::json_schema {

/// Every vendor takes another subset of JSON Schema. A pass says which one, and `normalise` rewrites a schema into it:
/// what cannot be said any more but matters to the model ("minimum: 1") moves into the description.
struct Pass {
    enum class TypeLists : std::uint8_t {
        keep,      ///< "type":["string","null"] stays
        any_of,    ///< becomes "anyOf":[{"type":"string"},{"type":"null"}]
        nullable,  ///< becomes "type":"string","nullable":true (several other types: anyOf and nullable)
    };

    std::span<const std::string_view> keep{};     ///< keywords that survive; empty: all
    std::span<const std::string_view> demote{};   ///< keywords that move into the description; wins over `keep`
    std::span<const std::string_view> formats{};  ///< values of `format` that survive, others are demoted; empty: all
    std::optional<std::int64_t> min_items_max{};  ///< a larger `minItems` is demoted
    TypeLists type_lists = TypeLists::keep;
    bool inline_refs = false;  ///< local $ref are replaced by what they name; a cycle is an error
    std::size_t recursion_max =
        0;                   ///< with inline_refs: a cycle is followed so often, and then cut by {"type":"object"}
    bool lone_refs = false;  ///< what stands beside a $ref that is kept goes, but for other keywords that begin with $
    bool const_to_enum = false;  ///< "const":1 becomes "enum":[1]
    bool one_of_to_any_of = false;
    bool merge_all_of = false;   ///< the members of allOf become members of the schema itself
    bool close_objects = false;  ///< additionalProperties:false on every object
};

/// The schema after `pass`, as compact JSON. Errors (invalid_request): a $ref that names nothing or (with inline_refs)
/// itself, nesting deeper and text longer than any model takes.
Result<std::string> normalise(JsonReader::Element schema, const Pass& pass);

/// True when following local $ref leads back to where it began.
bool is_recursive(JsonReader::Element schema);

/// True when some object of the schema is a map (additionalProperties is itself a schema), which no closed object can
/// say.
bool has_maps(JsonReader::Element schema);

/// True when the root says that it wants an object and nothing else: by its `type`, or by having `properties` and no
/// type. What references and branches come to is not looked into.
bool wants_objects(JsonReader::Element schema);

/// What `ref` ("#/$defs/node", percent and ~ escapes decoded) names below `root`, or nothing.
std::optional<JsonReader::Element> resolve(JsonReader::Element root, std::string_view ref);

/// True when both say the same: the order of members means nothing.
bool same_value(JsonReader::Element a, JsonReader::Element b);

/// Parameters of a tool that takes none.
inline constexpr std::string_view kNoParameters = R"({"type":"object","properties":{}})";

/// Tool parameters whose root is of type object and has no anyOf, oneOf or allOf, as vendors demand: branches are
/// merged, permissively. Text that complies already comes back as the bytes it was; absent, null and {} become
/// `kNoParameters`. Errors (invalid_request): JSON that is not an object schema.
Result<std::string> tool_parameters(std::string_view json, JsonReader& reader);

}  // namespace breakwater::json_schema
