#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "breakwater/base/append.hpp"
#include "breakwater/canonical/json_string.hpp"

// A literal key is a few stores only where the compiler knows its length, that is, in its place.
#define BREAKWATER_INLINE [[gnu::always_inline]] inline

namespace breakwater {

/// Appends `text` as the inside of a JSON string: quotes, backslashes and control characters escaped; ill-formed UTF-8
/// becomes U+FFFD. `text` must not lie in `out`.
void append_json_escaped(std::string& out, std::string_view text);

/// The same in quotes, with a comma before it if asked.
void append_json_string(std::string& out, std::string_view text, bool comma);
/// And with a colon behind it.
void append_json_key(std::string& out, std::string_view name, bool comma);

/// No text of more bytes than that is written by `put_short_json_string`.
inline constexpr std::size_t kShortJsonText = 32;
/// Room that it needs, and may write all over, whatever it returns.
inline constexpr std::size_t kShortJsonRoom = kShortJsonText + 2;
/// Writes `text` in quotes, if it is short and needs no escape, as most do, and returns its end; null if not. It is the
/// part of append_json_string that a caller with room at hand can have without another look at a string's size.
char* put_short_json_string(char* at, std::string_view text) noexcept;

/// Room that any number needs: 24 characters for a double, 20 for an integer.
inline constexpr std::size_t kJsonNumberRoom = 32;
/// Writes `value` and returns its end.
char* put_json_number(char* at, std::int64_t value) noexcept;

/// The name of a member. A literal is checked by the compiler, so that writing it is a copy; any other text is escaped
/// when it is written.
class JsonKey {
public:
    template <std::size_t N>
    consteval JsonKey(const char (&literal)[N]) : text_(literal, N - 1), plain_(true) {
        for (const char c : text_) {
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') throw "a literal key must need no escape";
        }
    }
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::is_array_v<Text>)
    constexpr JsonKey(const Text& text) noexcept : text_(text) {}

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
    [[nodiscard]] constexpr bool plain() const noexcept { return plain_; }

private:
    std::string_view text_;
    bool plain_ = false;
};

/// Appending JSON writer: text goes straight to `out`, commas are placed by the writer, nothing is checked in release
/// builds but what costs nothing. Used for every body and event on the request path. Values written raw must be valid
/// JSON.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    BREAKWATER_INLINE JsonWriter& key(JsonKey name) {
        return name.plain() ? plain_key(name.text()) : escaped_key(name.text());
    }
    JsonWriter& string(std::string_view value);
    /// What was written in JSON before is copied, and not escaped anew.
    JsonWriter& string(JsonString value) { return value.as_written ? joined({&value, 1}) : string(value.bytes); }
    /// One string of several.
    JsonWriter& joined(std::span<const JsonString> pieces);
    JsonWriter& number(std::int64_t value);
    JsonWriter& number(double value);  ///< shortest form that reads back equal; null for NaN and infinities
    JsonWriter& boolean(bool value) { return value ? literal("true") : literal("false"); }
    JsonWriter& null() { return literal("null"); }
    JsonWriter& raw(std::string_view json);
    /// A raw value that `write` puts in its place; it may use `most` bytes and returns their end.
    template <class Write>
    JsonWriter& raw(std::size_t most, Write write);

    // key and value in one call, which needs room once
    BREAKWATER_INLINE JsonWriter& field(JsonKey name, std::string_view value) {
        return name.plain() ? plain_field(name.text(), value) : escaped_key(name.text()).string(value);
    }
    BREAKWATER_INLINE JsonWriter& field(JsonKey name, JsonString value) {
        return value.as_written ? key(name).string(value) : field(name, value.bytes);
    }
    BREAKWATER_INLINE JsonWriter& field(JsonKey name, const char* value) {
        return field(name, std::string_view(value));
    }
    BREAKWATER_INLINE JsonWriter& field(JsonKey name, std::int64_t value) {
        return name.plain() ? plain_field(name.text(), value) : escaped_key(name.text()).number(value);
    }
    BREAKWATER_INLINE JsonWriter& field(JsonKey name, int value) {
        return field(name, static_cast<std::int64_t>(value));
    }
    BREAKWATER_INLINE JsonWriter& field(JsonKey name, double value) { return key(name).number(value); }
    BREAKWATER_INLINE JsonWriter& field(JsonKey name, bool value) { return key(name).boolean(value); }
    BREAKWATER_INLINE JsonWriter& raw_field(JsonKey name, std::string_view json) { return key(name).raw(json); }

    [[nodiscard]] std::string& out() noexcept { return out_; }

private:
    JsonWriter& plain_key(std::string_view name);
    JsonWriter& plain_field(std::string_view name, std::string_view value);
    JsonWriter& plain_field(std::string_view name, std::int64_t value);
    JsonWriter& escaped_key(std::string_view name);
    template <std::size_t N>
    JsonWriter& literal(const char (&text)[N]);
    JsonWriter& open(char c);
    JsonWriter& close(char c);
    /// Places the comma before a value or key: what comes next will need one, unless it is the first in its container.
    char* separate(char* at) noexcept {
        *at = ',';
        at += need_comma_ ? 1 : 0;
        need_comma_ = true;
        return at;
    }
    BREAKWATER_INLINE char* put_plain_key(char* at, std::string_view name) noexcept {
        at = separate(at);
        *at++ = '"';
        std::memcpy(at, name.data(), name.size());
        at += name.size();
        *at++ = '"';
        *at++ = ':';
        return at;
    }

    std::string& out_;
    bool need_comma_ = false;
};

BREAKWATER_INLINE JsonWriter& JsonWriter::plain_key(std::string_view name) {
    append_written(out_, name.size() + 4, [&](char* at) { return put_plain_key(at, name); });
    need_comma_ = false;
    return *this;
}

BREAKWATER_INLINE JsonWriter& JsonWriter::plain_field(std::string_view name, std::string_view value) {
    char* end = nullptr;
    append_written(out_, name.size() + 4 + kShortJsonRoom, [&](char* at) {
        at = put_plain_key(at, name);
        end = put_short_json_string(at, value);
        return end != nullptr ? end : at;
    });
    if (end == nullptr) append_json_string(out_, value, false);
    return *this;
}

BREAKWATER_INLINE JsonWriter& JsonWriter::plain_field(std::string_view name, std::int64_t value) {
    append_written(out_, name.size() + 4 + kJsonNumberRoom,
                   [&](char* at) { return put_json_number(put_plain_key(at, name), value); });
    return *this;
}

inline JsonWriter& JsonWriter::escaped_key(std::string_view name) {
    append_json_key(out_, name, need_comma_);
    need_comma_ = false;
    return *this;
}

inline JsonWriter& JsonWriter::string(std::string_view value) {
    append_json_string(out_, value, need_comma_);
    need_comma_ = true;
    return *this;
}

template <std::size_t N>
JsonWriter& JsonWriter::literal(const char (&text)[N]) {
    append_written(out_, N, [&](char* at) {
        at = separate(at);
        std::memcpy(at, text, N - 1);
        return at + N - 1;
    });
    return *this;
}

template <class Write>
JsonWriter& JsonWriter::raw(std::size_t most, Write write) {
    append_written(out_, most + 1, [&](char* at) { return write(separate(at)); });
    return *this;
}

inline JsonWriter& JsonWriter::open(char c) {
    append_written(out_, 2, [&](char* at) {
        at = separate(at);
        *at++ = c;
        return at;
    });
    need_comma_ = false;
    return *this;
}

inline JsonWriter& JsonWriter::close(char c) {
    append_written(out_, 1, [&](char* at) {
        *at++ = c;
        return at;
    });
    need_comma_ = true;
    return *this;
}

}  // namespace breakwater

#undef BREAKWATER_INLINE
