#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_element.hpp"
#include "breakwater/wire/json_places.hpp"

namespace breakwater {

/// Reading JSON on the request path: simdjson finds and checks, and what it found is kept as a tree of places in the
/// text, which is neither copied nor decoded. One reader per worker or decoder, so that steady state allocates nothing.
/// Thread rule: one thread. Elements, and the strings they give, are valid until the next parse on the same reader, and
/// as long as the text stays where and as it is.
class JsonReader {
public:
    using Element = JsonElement;
    using Object = JsonObject;
    using Array = JsonArray;

    /// The root of `json`. Depth is limited to 64 by default.
    /// Errors: kind invalid_request with a message that says what and about where, and code invalid_json, json_too_deep
    /// or invalid_utf8; callers that read upstream bytes map the kind.
    Result<Element> parse(std::string_view json, std::size_t depth_max = 64);
    template <std::same_as<std::string> Passing>
    Result<Element> parse(Passing&& json, std::size_t depth_max = 64) = delete;
    /// As `parse`, for what providers send: ill-formed UTF-8 is read as U+FFFD instead of being refused, and the
    /// elements are then of a copy that the reader keeps.
    Result<Element> parse_repaired(std::string_view json, std::size_t depth_max = 64);
    template <std::same_as<std::string> Passing>
    Result<Element> parse_repaired(Passing&& json, std::size_t depth_max = 64) = delete;

private:
    JsonRefusal load(std::string_view json, std::size_t depth_max);
    void release_after_huge(std::size_t next_bytes);

    JsonPlaces places_;
    JsonTree tree_;
    std::string repaired_;
};

/// The name of a member, to be compared with literals. That is a comparison of lengths and of a few words, where
/// std::string_view, which does not know that the other length is a constant, calls a function.
class MemberName {
public:
    constexpr MemberName(std::string_view text) noexcept : text_(text) {}
    constexpr operator std::string_view() const noexcept { return text_; }
    template <std::size_t N>
    [[gnu::always_inline]] friend bool operator==(MemberName name, const char (&literal)[N]) noexcept {
        // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): memcmp is told the size
        return name.text_.size() == N - 1 && std::memcmp(name.text_.data(), literal, N - 1) == 0;
    }

private:
    std::string_view text_;
};

/// This thread's reader, for code that parses a document, takes what it needs, and lets go of it before anything else
/// on the thread can parse: decoders, one call at a time. One for a worker instead of one for each of its streams.
JsonReader& shared_json_reader();

// Lenient getters for provider answers: the member when it is there, has the type, and is not null.
std::optional<std::string_view> get_string(JsonElement object, std::string_view key) noexcept;
/// Integers, and floats that are integral (some servers write 12.0).
std::optional<std::int64_t> get_int(JsonElement object, std::string_view key) noexcept;
std::optional<double> get_double(JsonElement object, std::string_view key) noexcept;
std::optional<bool> get_bool(JsonElement object, std::string_view key) noexcept;
std::optional<JsonElement> get_object(JsonElement object, std::string_view key) noexcept;
std::optional<JsonArray> get_array(JsonElement object, std::string_view key) noexcept;
/// Any member that is there and not null.
std::optional<JsonElement> get_value(JsonElement object, std::string_view key) noexcept;

/// The element as compact JSON text, key order kept.
std::string to_json(JsonElement element);
void append_json(std::string& out, JsonElement element);

/// A member name that an object has twice, anywhere in the document, as a path ("tools[0].function.name"), or nullopt.
std::optional<std::string> find_duplicate_key(JsonElement root);
/// The same of a member name that is written with escapes for letters, digits, blanks or one of _ - . $ ("mod\u0065l"),
/// which only somebody writes who wants it to be overlooked.
std::optional<std::string> find_odd_key(JsonElement root);

}  // namespace breakwater
