#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../shared/value.hpp"

namespace breakwater::google_generate {

using ingress::Value;

/// A member's name in the two spellings that the API takes (https://protobuf.dev/programming-guides/json).
struct Name {
    constexpr Name(const char* only) noexcept : camel(only), snake(only) {}
    constexpr Name(std::string_view in_camel, std::string_view in_snake) noexcept : camel(in_camel), snake(in_snake) {}
    std::string_view camel;
    std::string_view snake;
};

/// The member, when `object` is one that has it and it is not null.
std::optional<Value> find(const Value& object, const Name& name) noexcept;

/// A member that may be absent.
template <class T>
bool read_optional(const Value& object, const Name& name, T& out) {
    const std::optional<Value> member = find(object, name);
    return !member || member->read(out);
}

/// A member that must be a string with something in it.
bool read_required(const Value& object, const Name& name, std::string& out);

/// The name in camel case: `max_output_tokens` is `maxOutputTokens`.
std::string camel_case(std::string_view name);

/// Calls `visit(name, value)` with every member that is not null, its name in camel case, until one returns false. A
/// name in both spellings is refused, or two readers could see two requests.
template <class Visit>
bool each_named(const Value& object, Visit visit) {
    constexpr std::size_t kMembersMax = 512;  // no object of the API has nearly as many
    std::vector<std::string> seen;
    return object.each_member([&](std::string_view key, const Value& value) {
        std::string name = camel_case(key);
        if (std::ranges::find(seen, name) != seen.end())
            return value.fail("duplicate_key", "the same name appears twice in one object");
        if (seen.size() == kMembersMax)
            return value.fail("object_above_max_properties", "expected at most 512 members");
        seen.push_back(std::move(name));
        return visit(std::string_view(seen.back()), value);
    });
}

/// Enums are written in capitals, and some carry their type in front: `SERVICE_TIER_FLEX`.
std::string enum_word(std::string_view word, std::string_view prefix);

}  // namespace breakwater::google_generate
