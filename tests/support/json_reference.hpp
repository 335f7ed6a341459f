#pragma once

#include <simdjson.h>

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// Holds what JsonReader reads against simdjson's own document of the same text. Gives the first difference in words,
/// or nothing.
class JsonReference {
public:
    explicit JsonReference(std::size_t depth_max = 64) : depth_max_(depth_max) {}

    std::optional<std::string> difference(std::string_view json) {
        const auto ours = reader_.parse(json, depth_max_);
        const simdjson::padded_string padded(json);
        simdjson::dom::parser parser;
        // It refuses the container that would reach its limit.
        if (parser.allocate(json.size(), depth_max_ + 1) != simdjson::SUCCESS) return "no room";
        simdjson::dom::element theirs;
        const auto verdict = parser.parse(padded).get(theirs);
        if (ours.has_value() != (verdict == simdjson::SUCCESS))
            return "only one takes it: " +
                   (ours ? std::string(simdjson::error_message(verdict)) : ours.error().message);
        return ours ? compare(*ours, theirs, "") : std::nullopt;
    }

private:
    using Theirs = simdjson::dom::element;

    static std::optional<std::string> compare(JsonElement ours, Theirs theirs, const std::string& path) {
        switch (theirs.type()) {
            case simdjson::dom::element_type::OBJECT:
                return compare_objects(ours, theirs.get_object().value_unsafe(), path);
            case simdjson::dom::element_type::ARRAY:
                return compare_arrays(ours, theirs.get_array().value_unsafe(), path);
            case simdjson::dom::element_type::STRING:
                return compare_values(ours, JsonType::string, theirs.get_string().value_unsafe(), path);
            case simdjson::dom::element_type::INT64:
                return compare_values(ours, JsonType::int64, theirs.get_int64().value_unsafe(), path);
            case simdjson::dom::element_type::UINT64:
                return compare_values(ours, JsonType::uint64, theirs.get_uint64().value_unsafe(), path);
            case simdjson::dom::element_type::DOUBLE:
                return compare_values(ours, JsonType::real, theirs.get_double().value_unsafe(), path);
            case simdjson::dom::element_type::BOOL:
                return compare_values(ours, JsonType::boolean, theirs.get_bool().value_unsafe(), path);
            case simdjson::dom::element_type::NULL_VALUE:
                if (!ours.is_null() || ours.raw() != "null") return path + ": not null";
                return std::nullopt;
        }
        return path + ": of no type";
    }

    template <class T>
    static std::optional<std::string> compare_values(JsonElement ours, JsonType type, T theirs,
                                                     const std::string& path) {
        T value{};
        if (ours.type() != type || !ours.get(value)) return path + ": another type";
        // Twice, because the first may decode.
        if (!ours.get(value) || !same(value, theirs)) return path + ": another value";
        return std::nullopt;
    }
    template <class T>
    static bool same(T a, T b) {
        return a == b;
    }
    static bool same(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

    static std::optional<std::string> compare_objects(JsonElement ours, simdjson::dom::object theirs,
                                                      const std::string& path) {
        JsonObject members;
        if (!ours.get(members) || members.size() != theirs.size()) return path + ": not as many members";
        auto member = members.begin();
        for (const auto their_member : theirs) {
            if (member == members.end() || member.key() != their_member.key) return path + ": another name";
            const std::string here = path + "." + std::string(their_member.key);
            if (auto found = compare(member.value(), their_member.value, here)) return found;
            Theirs first;
            if (theirs.at_key(their_member.key).get(first) != simdjson::SUCCESS) return here + ": unfindable";
            if (auto found = compare(ours[their_member.key], first, here)) return found;
            ++member;
        }
        if (member != members.end()) return path + ": more members";
        return std::nullopt;
    }

    static std::optional<std::string> compare_arrays(JsonElement ours, simdjson::dom::array theirs,
                                                     const std::string& path) {
        JsonArray items;
        if (!ours.get(items) || items.size() != theirs.size()) return path + ": not as many items";
        auto item = items.begin();
        std::size_t index = 0;
        for (const auto their_item : theirs) {
            if (item == items.end()) return path + ": fewer items";
            if (auto found = compare(*item, their_item, path + "[" + std::to_string(index++) + "]")) return found;
            ++item;
        }
        if (item != items.end()) return path + ": more items";
        return std::nullopt;
    }

    std::size_t depth_max_;
    JsonReader reader_;
};

}  // namespace breakwater
