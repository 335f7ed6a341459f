#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "breakwater/base/append.hpp"
#include "breakwater/base/boxed.hpp"

namespace breakwater {

/// RFC 9110, 5.6.2: whether a character may stand in a token.
constexpr bool is_token_char(char c) noexcept {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    return letter || digit || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// True when `value` may be written as a header value: no CR, LF, NUL or other control byte but tab.
bool is_header_value(std::string_view value) noexcept;
/// True when `name` is an RFC 9110 token.
bool is_header_name(std::string_view name) noexcept;

/// The name of a field. A literal is checked by the compiler, so that adding it is a copy; any other text is checked
/// when it is added.
class HeaderName {
public:
    template <std::size_t N>
    consteval HeaderName(const char (&literal)[N]) : text_(literal, N - 1), checked_(true) {
        if (text_.empty()) throw "a field must have a name";
        for (const char c : text_) {
            if (!is_token_char(c)) throw "a field's name must be a token";
        }
    }
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::is_array_v<Text>)
    constexpr HeaderName(const Text& text) noexcept : text_(text) {}

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
    [[nodiscard]] constexpr bool checked() const noexcept { return checked_; }

private:
    std::string_view text_;
    bool checked_ = false;
};

/// Header fields in order; names compare case-insensitively. Small and flat: a message has a dozen fields, whose text
/// lies in one piece of memory. What is added lies there as the lines that go over the wire, so that writing a head is
/// one copy. Views of names and values are valid until the next change.
class Headers {
public:
    using Field = std::pair<std::string_view, std::string_view>;

    /// Neither may be text of these headers.
    [[gnu::always_inline]] void add(HeaderName name, std::string_view value) {
        // A literal is a few stores only where the compiler knows its length, that is, in its place.
        if (name.checked())
            add_line(name.text(), value, true);
        else
            add_any(name.text(), value);
    }
    /// Adds a field by where it lies in the text of a message head, of which `adopt` makes the one copy once all fields
    /// are known.
    void add_within(std::string_view head, std::string_view name, std::string_view value);
    void adopt(std::string_view head) {
        text_ = std::string(head);
        lines_ = false;
    }
    /// Makes it the only field of that name, in the place of the first one, or adds it.
    void set(std::string_view name, std::string_view value);
    /// First value of that name, or nullopt.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// First value of that name, or "".
    [[nodiscard]] std::string_view get(std::string_view name) const noexcept { return find(name).value_or(""); }
    [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
    [[nodiscard]] Field operator[](std::size_t index) const noexcept { return field(places_[index]); }
    /// All fields, as a range of `Field`.
    [[nodiscard]] auto fields() const noexcept {
        return std::views::transform(places_, [this](const Place& place) { return field(place); });
    }
    void clear() noexcept;
    /// Appends "name: value" and a line end for each field; what is no field, or could end its line, is left out.
    void append_lines(std::string& out) const;
    /// Makes room at once for that many fields with that many bytes in all.
    void reserve(std::size_t count, std::size_t bytes = 0);

private:
    /// Where a field stands in `text_`. A value that was replaced stays there unused.
    struct Place {
        std::uint32_t name_at;
        std::uint32_t name_bytes;
        std::uint32_t value_at;
        std::uint32_t value_bytes;
    };
    [[nodiscard]] Field field(const Place& place) const noexcept {
        const std::string_view text = text_;
        return {text.substr(place.name_at, place.name_bytes), text.substr(place.value_at, place.value_bytes)};
    }
    [[nodiscard]] std::string_view name(const Place& place) const noexcept {
        return std::string_view(text_).substr(place.name_at, place.name_bytes);
    }
    /// Beside name and value a line has a colon and a blank, and its end.
    static constexpr std::uint32_t kBetween = 2;
    static constexpr std::uint32_t kAroundField = kBetween + 2;
    static char* put_line(char* at, std::string_view name, std::string_view value) noexcept {
        if (!name.empty()) std::memcpy(at, name.data(), name.size());
        at = put_literal(at + name.size(), ": ");
        if (!value.empty()) std::memcpy(at, value.data(), value.size());
        return put_literal(at + value.size(), "\r\n");
    }
    [[gnu::always_inline]] void add_line(std::string_view name, std::string_view value, bool good_name) {
        const auto at = static_cast<std::uint32_t>(text_.size());
        const auto name_bytes = static_cast<std::uint32_t>(name.size());
        const auto value_bytes = static_cast<std::uint32_t>(value.size());
        append_written(text_, name.size() + value.size() + kAroundField,
                       [&](char* to) { return put_line(to, name, value); });
        places_.push_back({.name_at = at,
                           .name_bytes = name_bytes,
                           .value_at = at + name_bytes + kBetween,
                           .value_bytes = value_bytes});
        lines_ = lines_ && good_name && is_header_value(value);
    }
    void add_any(std::string_view name, std::string_view value);

    std::string text_;
    std::vector<Place> places_;
    bool lines_ = true;  ///< `text_` is the lines of all fields, each of them fit for the wire
};

/// Where the first control byte is, or npos. Tabs are among them.
std::size_t first_control_byte(std::string_view text) noexcept;

/// Text that is long, shared by all attempts that send it: what of it stands from one place to another.
struct SharedTail {
    /// A shorter text is cheaper to copy than to write as a piece of its own.
    static constexpr std::size_t kBytesLeast = 4096;

    std::shared_ptr<const std::string> text{};
    std::size_t at = 0;
    std::size_t end = std::string::npos;
    std::string after{};  ///< what the body ends with behind it, which should be short
    [[nodiscard]] std::string_view view() const noexcept { return std::string_view(*text).substr(at, end - at); }
    [[nodiscard]] std::size_t bytes() const noexcept { return view().size() + after.size(); }
};

struct HttpRequest {
    std::string method{};
    std::string target{};  ///< origin form: path and query, as received
    Headers headers{};
    std::string body{};
    Boxed<SharedTail> tail{};  ///< what the body goes on with
    bool once = false;         ///< what it does would be done twice if it were sent again
};

/// The body of a request that is sent, in one piece.
std::string whole_body(HttpRequest&& request);

struct HttpResponseHead {
    int status = 200;
    Headers headers{};
};

struct HttpResponse {
    HttpResponseHead head{};
    std::string body{};
};

/// "application/json; charset=utf-8" -> "application/json", lower case.
std::string media_type(std::string_view content_type);
/// Whether `media_type(content_type)` is `type`, which is in lower case.
bool is_media_type(std::string_view content_type, std::string_view type) noexcept;

}  // namespace breakwater
