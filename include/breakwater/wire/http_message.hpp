#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace breakwater {

/// Header fields in order; names compare case-insensitively. Small and flat: a message has a dozen fields.
class Headers {
public:
    using Field = std::pair<std::string, std::string>;
    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    /// Replaces the first field of that name, or adds one.
    void set(std::string_view name, std::string value);
    /// First value of that name, or nullopt.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    /// First value of that name, or "".
    [[nodiscard]] std::string_view get(std::string_view name) const noexcept { return find(name).value_or(""); }
    [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
    [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
    [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
    void clear() noexcept { fields_.clear(); }
    /// Makes room for that many fields at once.
    void reserve(std::size_t count) { fields_.reserve(count); }

private:
    std::vector<Field> fields_;
};

/// True when `value` may be written as a header value: no CR, LF, NUL or other control byte but tab.
bool is_header_value(std::string_view value) noexcept;
/// True when `name` is an RFC 9110 token.
bool is_header_name(std::string_view name) noexcept;

struct HttpRequest {
    std::string method{};
    std::string target{};  ///< origin form: path and query, as received
    Headers headers{};
    std::string body{};
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

}  // namespace breakwater
