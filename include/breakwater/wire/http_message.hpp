#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/base/boxed.hpp"

namespace breakwater {

/// Header fields in order; names compare case-insensitively. Small and flat: a message has a dozen fields, whose text
/// lies in one piece of memory. What is added lies there as the lines that go over the wire, so that writing a head is
/// one copy. Views of names and values are valid until the next change.
class Headers {
public:
    using Field = std::pair<std::string_view, std::string_view>;

    /// Neither may be text of these headers.
    void add(std::string_view name, std::string_view value);
    /// Adds a field by where it lies in the text of a message head, of which `adopt` makes the one copy once all fields
    /// are known.
    void add_within(std::string_view head, std::string_view name, std::string_view value);
    void adopt(std::string_view head) {
        text_.assign(head);
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

    std::string text_;
    std::vector<Place> places_;
    bool lines_ = true;  ///< `text_` is the lines of all fields, each of them fit for the wire
};

/// Where the first control byte is, or npos. Tabs are among them.
std::size_t first_control_byte(std::string_view text) noexcept;

/// True when `value` may be written as a header value: no CR, LF, NUL or other control byte but tab.
bool is_header_value(std::string_view value) noexcept;
/// True when `name` is an RFC 9110 token.
bool is_header_name(std::string_view name) noexcept;

/// Text that is long, shared by all attempts that send it: what of it stands from a place on.
struct SharedTail {
    std::shared_ptr<const std::string> text{};
    std::size_t at = 0;
    [[nodiscard]] std::string_view view() const noexcept { return std::string_view(*text).substr(at); }
};

struct HttpRequest {
    std::string method{};
    std::string target{};  ///< origin form: path and query, as received
    Headers headers{};
    std::string body{};
    Boxed<SharedTail> tail{};  ///< what the body goes on with
    bool once = false;         ///< what it does would be done twice if it were sent again
};

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
