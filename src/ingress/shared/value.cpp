#include "value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace breakwater::ingress {
namespace {

// Enough to recognise what was sent; a message never carries a prompt or an image back.
constexpr std::size_t kShownBytes = 40;

/// The beginning of `text`, cut at a character border.
std::string shown(std::string_view text) {
    if (text.size() <= kShownBytes) return std::string(text);
    std::size_t end = kShownBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return std::string(text.substr(0, end)) + "...";
}

template <class Number>
std::string in_words(Number value) {
    std::array<char, 32> text;
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

template <class Number>
std::string limit(std::string_view bound, Number max, Number value) {
    std::string text("expected at ");
    return text.append(bound).append(" ").append(in_words(max)).append("; got ").append(in_words(value));
}

/// The integer that `element` is, or is equal to. Floats beyond 2^63 have no such integer.
std::optional<std::int64_t> integral(JsonReader::Element element) noexcept {
    std::int64_t integer = 0;
    if (element.get(integer)) return integer;
    double number = 0;
    if (!element.is_double() || !element.get(number)) return std::nullopt;
    constexpr double kLimit = 9223372036854775808.0;
    if (number != std::trunc(number) || number < -kLimit || number >= kLimit) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::string mismatch(std::string_view expected, std::string_view got) {
    return std::string("expected ").append(expected).append("; got ").append(got);
}

}  // namespace

std::string listed(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

std::optional<Value> Value::find(std::string_view key) const noexcept {
    const std::optional<Element> member = get_value(element_, key);
    if (!member) return std::nullopt;
    return Value(*member, *this, key);
}

bool Value::read(std::string& out) const {
    if (!is_string()) return wrong_type("a string");
    out = text();
    return true;
}

bool Value::read(ClientText& out) const {
    if (!is_string()) return wrong_type("a string");
    out = client_text();
    return true;
}

ClientText Value::client_text() const {
    if (!element_.has_escapes()) return client_text(text());
    const std::string_view written = element_.written();
    if (body_ == nullptr || written.size() < ClientText::kSharedBytesLeast) return text();
    return {*body_, JsonString::written(written, true)};
}

ClientText Value::client_text(std::string_view part) const {
    if (body_ == nullptr || part.size() < ClientText::kSharedBytesLeast || element_.has_escapes()) return part;
    return {*body_, JsonString::written(part, false)};
}

bool Value::read(bool& out) const {
    return element_.get(out) || wrong_type("a boolean");
}

bool Value::read(std::optional<bool>& out) const {
    bool value = false;
    if (!read(value)) return false;
    out = value;
    return true;
}

bool Value::read(std::optional<std::int64_t>& out, std::int64_t min, std::int64_t max) const {
    if (element_.type() == JsonType::uint64)
        return fail("integer_above_max_value", "expected at most " + in_words(max));
    const std::optional<std::int64_t> value = integral(element_);
    if (!value) return wrong_type("an integer");
    if (*value < min) return fail("integer_below_min_value", limit("least", min, *value));
    if (*value > max) return fail("integer_above_max_value", limit("most", max, *value));
    out = value;
    return true;
}

bool Value::read(std::optional<double>& out, double min, double max) const {
    double value = 0;
    if (!element_.get(value)) return wrong_type("a number");
    if (value < min) return fail("decimal_below_min_value", limit("least", min, value));
    if (value > max) return fail("decimal_above_max_value", limit("most", max, value));
    out = value;
    return true;
}

bool Value::read_word(std::string& out, std::span<const std::string_view> words) const {
    std::size_t place = 0;
    if (!read_word(place, words)) return false;
    out = words[place];
    return true;
}

bool Value::read_word(std::size_t& out, std::span<const std::string_view> words) const {
    if (!is_string()) return wrong_type("one of " + listed(words));
    const auto found = std::ranges::find(words, text());
    if (found == words.end()) return wrong_value("one of " + listed(words));
    out = static_cast<std::size_t>(found - words.begin());
    return true;
}

bool Value::read_object(JsonText& out) const {
    if (!is_object()) return wrong_type("an object");
    out = json();
    return true;
}

template <class Text>
bool Value::required_text(std::string_view key, Text& out) const {
    const std::optional<Value> member = find(key);
    if (!member) return missing(key);
    if (!member->read(out)) return false;
    return !out.empty() || member->wrong_value("a string that is not empty");
}

bool Value::required(std::string_view key, std::string& out) const {
    return required_text(key, out);
}

bool Value::required(std::string_view key, ClientText& out) const {
    return required_text(key, out);
}

void Value::keep(std::string_view key, JsonText& out) const {
    if (const std::optional<Value> member = find(key)) out = member->json();
}

bool Value::wrong_type(std::string_view expected) const {
    return fail("invalid_type", mismatch(expected, described()));
}

bool Value::wrong_value(std::string_view expected) const {
    return fail("invalid_value", mismatch(expected, described()));
}

bool Value::missing(std::string_view key) const {
    return Value(element_, *this, key).fail("missing_required_parameter", "required, but not there");
}

bool Value::fail(std::string_view code, std::string_view what) const {
    const std::string where = path();
    problem_->emplace(ErrorKind::invalid_request, (where.empty() ? "body" : where) + ": " + std::string(what), where);
    (*problem_)->code = code;
    return false;
}

std::string Value::path() const {
    if (parent_ == nullptr) return {};
    std::string text = parent_->path();
    if (is_item_) return text += '[' + in_words(index_) + ']';
    if (!text.empty()) text += '.';
    return text += shown(key_);
}

std::string Value::described() const {
    switch (element_.type()) {
        case JsonType::string:
            return '"' + shown(text()) + '"';
        case JsonType::object:
            return "an object";
        case JsonType::array:
            return "an array";
        case JsonType::boolean:
            return "a boolean";
        case JsonType::null:
            return "null";
        case JsonType::int64:
        case JsonType::uint64:
        case JsonType::real:
            return json();
    }
    return "another type";
}

}  // namespace breakwater::ingress
