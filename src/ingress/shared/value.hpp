#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::ingress {

/// Why a request is refused; empty while all is well. The first problem stops the decoding.
using Problem = std::optional<Error>;

/// A JSON value together with its place in the request body, so that whatever is wrong with it is said with its path
/// ("messages[2].role"). The path is a chain of values on the stack and becomes text only for an error. Every `read`
/// returns false after it has set the problem; null members are absent. A parent outlives its children.
class Value {
public:
    using Element = JsonReader::Element;

    /// The body that the element is of, for those who keep long texts of it where they are. Outlives the value.
    using Body = std::shared_ptr<const std::string>;

    Value(Element element, Problem& problem) noexcept : element_(element), problem_(&problem) {}
    Value(Element element, Problem& problem, const Body& body) noexcept
        : element_(element), problem_(&problem), body_(&body) {}
    Value(Element element, const Value& parent, std::string_view key) noexcept
        : element_(element), problem_(parent.problem_), body_(parent.body_), parent_(&parent), key_(key) {}
    Value(Element element, const Value& parent, std::size_t index) noexcept
        : element_(element),
          problem_(parent.problem_),
          body_(parent.body_),
          parent_(&parent),
          index_(index),
          is_item_(true) {}

    [[nodiscard]] bool is_string() const noexcept { return element_.is_string(); }
    [[nodiscard]] bool is_object() const noexcept { return element_.is_object(); }
    [[nodiscard]] bool is_array() const noexcept { return element_.is_array(); }
    /// The string's text, or "" for another type; valid as JsonReader says.
    [[nodiscard]] std::string_view text() const noexcept { return element_.text(); }
    /// The string for a request, which is "" for another type: a long one stays in the body.
    [[nodiscard]] ClientText client_text() const;
    /// The same of `part`, which lies in `text()`.
    [[nodiscard]] ClientText client_text(std::string_view part) const;
    /// The value as the client wrote it, within the text that was parsed.
    [[nodiscard]] std::string_view raw() const noexcept { return element_.raw(); }
    /// The value as compact JSON.
    [[nodiscard]] JsonText json() const { return to_json(element_); }
    /// The member, when this is an object that has it and it is not null.
    [[nodiscard]] std::optional<Value> find(std::string_view key) const noexcept;

    /// Calls `visit(key, value)` for every member that is not null, in the client's order, until one returns false.
    template <class Visit>
    bool each_member(Visit visit) const {
        JsonReader::Object object;
        if (!element_.get(object)) return wrong_type("an object");
        for (const auto field : object) {
            if (!field.value.is_null() && !visit(field.key, Value(field.value, *this, field.key))) return false;
        }
        return true;
    }
    /// Calls `visit(value)` for every item until one returns false.
    template <class Visit>
    bool each_item(Visit visit) const {
        JsonReader::Array array;
        if (!element_.get(array)) return wrong_type("an array");
        std::size_t index = 0;
        for (const Element item : array) {
            if (!visit(Value(item, *this, index++))) return false;
        }
        return true;
    }

    /// Items of an array; 0 for another type.
    [[nodiscard]] std::size_t count() const noexcept { return JsonReader::Array(element_).size(); }

    bool read(std::string& out) const;
    bool read(ClientText& out) const;
    bool read(bool& out) const;
    bool read(std::optional<bool>& out) const;
    /// Integers, and floats that are integral: some serialisers know no integers.
    bool read(std::optional<std::int64_t>& out, std::int64_t min = std::numeric_limits<std::int64_t>::min(),
              std::int64_t max = std::numeric_limits<std::int64_t>::max()) const;
    bool read(std::optional<double>& out, double min, double max) const;
    /// A string that is one of `words`.
    bool read_word(std::string& out, std::span<const std::string_view> words) const;
    /// The same, as its place among `words`.
    bool read_word(std::size_t& out, std::span<const std::string_view> words) const;
    /// An object, kept as its text.
    bool read_object(JsonText& out) const;

    /// A member that may be absent; `read` it when it is there.
    template <class T>
    bool optional(std::string_view key, T& out) const {
        const std::optional<Value> member = find(key);
        return !member || member->read(out);
    }
    /// A member that must be a string with something in it.
    bool required(std::string_view key, std::string& out) const;
    bool required(std::string_view key, ClientText& out) const;
    /// cache_control and its like: any JSON, kept as its text.
    void keep(std::string_view key, JsonText& out) const;

    // Each sets the problem and returns false.
    bool wrong_type(std::string_view expected) const;
    bool wrong_value(std::string_view expected) const;
    bool missing(std::string_view key) const;
    /// `what` follows the path: "messages[0].content: ...".
    bool fail(std::string_view code, std::string_view what) const;

    /// Its place in the body: "messages[2].role".
    [[nodiscard]] std::string path() const;

private:
    [[nodiscard]] std::string described() const;
    template <class Text>
    bool required_text(std::string_view key, Text& out) const;

    Element element_;
    Problem* problem_;
    const Body* body_ = nullptr;
    const Value* parent_ = nullptr;
    std::string_view key_{};
    std::size_t index_ = 0;
    bool is_item_ = false;
};

/// "a, b, c", for messages.
std::string listed(std::span<const std::string_view> words);

}  // namespace breakwater::ingress
