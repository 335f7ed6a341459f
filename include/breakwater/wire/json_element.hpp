#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "breakwater/wire/json_tree.hpp"

namespace breakwater {

class JsonObject;
class JsonArray;

/// A value of a document that JsonReader has read, or one that is not there, which answers no to everything. A view:
/// copied like a pointer, valid as long as its reader says. Its strings are where the text has them; one that was
/// written with escapes is decoded when it is first asked for.
class JsonElement {
public:
    JsonElement() noexcept = default;
    JsonElement(JsonTree& tree, std::uint32_t at) noexcept : tree_(&tree), at_(at) {}

    [[nodiscard]] bool exists() const noexcept { return tree_ != nullptr; }
    /// Null, when the value is not there.
    [[nodiscard]] JsonType type() const noexcept { return exists() ? node().type() : JsonType::null; }
    [[nodiscard]] bool is_null() const noexcept { return is(JsonType::null); }
    [[nodiscard]] bool is_bool() const noexcept { return is(JsonType::boolean); }
    [[nodiscard]] bool is_string() const noexcept { return is(JsonType::string); }
    [[nodiscard]] bool is_array() const noexcept { return is(JsonType::array); }
    [[nodiscard]] bool is_object() const noexcept { return is(JsonType::object); }
    [[nodiscard]] bool is_int64() const noexcept { return is(JsonType::int64); }
    [[nodiscard]] bool is_uint64() const noexcept { return is(JsonType::uint64); }
    [[nodiscard]] bool is_double() const noexcept { return is(JsonType::real); }
    [[nodiscard]] bool is_number() const noexcept { return is_int64() || is_double() || is_uint64(); }

    /// The value, when it is of the type of `out`; otherwise false, and `out` is as before. An integer is also a
    /// double.
    bool get(std::string_view& out) const noexcept {
        if (!is_string()) return false;
        out = tree_->string(at_);
        return true;
    }
    bool get(bool& out) const noexcept;
    bool get(std::int64_t& out) const noexcept;
    bool get(std::uint64_t& out) const noexcept;
    bool get(double& out) const noexcept;
    inline bool get(JsonObject& out) const noexcept;
    inline bool get(JsonArray& out) const noexcept;
    bool get(JsonElement& out) const noexcept {
        if (exists()) out = *this;
        return exists();
    }

    /// The string; empty when this is none.
    [[nodiscard]] std::string_view text() const noexcept {
        return is_string() ? tree_->string(at_) : std::string_view();
    }

    /// The first member of this name; not there when this is no object or has none.
    [[nodiscard]] JsonElement operator[](std::string_view key) const noexcept {
        return is_object() ? member(key) : JsonElement();
    }
    /// What a JSON pointer (RFC 6901) leads to from here.
    [[nodiscard]] JsonElement at_pointer(std::string_view pointer) const;

    /// Whether its document has a name that is written with escapes that it does not need.
    [[nodiscard]] bool has_odd_names() const noexcept { return exists() && tree_->has_odd_names(); }
    /// Whether it is a string that was written with escapes.
    [[nodiscard]] bool has_escapes() const noexcept { return is_string() && node().is_escaped(); }
    /// What the text has between the quotes of a string, escapes and all; empty when this is none.
    [[nodiscard]] std::string_view written() const noexcept {
        return is_string() ? tree_->written(at_) : std::string_view();
    }
    /// The value as the text has it.
    [[nodiscard]] std::string_view raw() const noexcept { return exists() ? tree_->raw(at_) : std::string_view(); }

private:
    template <class Entry>
    friend class JsonEntries;

    [[nodiscard]] const JsonNode& node() const noexcept { return tree_->node(at_); }
    [[nodiscard]] bool is(JsonType type) const noexcept { return exists() && node().type() == type; }
    [[nodiscard]] JsonElement member(std::string_view key) const noexcept;

    JsonTree* tree_ = nullptr;
    std::uint32_t at_ = 0;
};

struct JsonMember {
    std::string_view key;
    JsonElement value;
};

/// Walks over a container whose entries are values (of an array), or names with a value behind each (of an object).
template <class Entry>
class JsonIterator {
public:
    static constexpr bool kNamed = std::same_as<Entry, JsonMember>;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::forward_iterator_tag;

    JsonIterator() noexcept = default;
    JsonIterator(JsonTree& tree, std::uint32_t at) noexcept : tree_(&tree), at_(at) {}
    [[nodiscard]] std::string_view key() const noexcept
        requires kNamed
    {
        return tree_->string(at_);
    }
    [[nodiscard]] JsonElement name() const noexcept
        requires kNamed
    {
        return {*tree_, at_};
    }
    [[nodiscard]] JsonElement value() const noexcept { return {*tree_, at_ + kNames}; }
    Entry operator*() const noexcept {
        if constexpr (kNamed) {
            return {.key = key(), .value = value()};
        } else {
            return value();
        }
    }
    JsonIterator& operator++() noexcept {
        at_ = tree_->behind(at_ + kNames);
        return *this;
    }
    JsonIterator operator++(int) noexcept {
        const JsonIterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const JsonIterator& a, const JsonIterator& b) noexcept { return a.at_ == b.at_; }

private:
    static constexpr std::uint32_t kNames = kNamed ? 1 : 0;

    JsonTree* tree_ = nullptr;
    std::uint32_t at_ = 0;
};

/// What is in a container, in its order; nothing when there is none.
template <class Entry>
class JsonEntries {
public:
    using Iterator = JsonIterator<Entry>;

    JsonEntries() noexcept = default;
    [[nodiscard]] Iterator begin() const noexcept {
        return element_.exists() ? Iterator(*element_.tree_, element_.at_ + 1) : Iterator();
    }
    [[nodiscard]] Iterator end() const noexcept {
        return element_.exists() ? Iterator(*element_.tree_, element_.tree_->behind(element_.at_)) : Iterator();
    }
    /// At most JsonNode::kCountMax.
    [[nodiscard]] std::size_t size() const noexcept { return element_.exists() ? element_.node().count() : 0; }

protected:
    explicit JsonEntries(JsonElement container) noexcept : element_(container) {}
    JsonElement element_{};
};

/// The members of an object.
class JsonObject : public JsonEntries<JsonMember> {
public:
    JsonObject() noexcept = default;
    /// What is no object has no members.
    explicit JsonObject(JsonElement element) noexcept : JsonEntries(element.is_object() ? element : JsonElement()) {}
    [[nodiscard]] JsonElement operator[](std::string_view key) const noexcept { return element_[key]; }
};

/// The items of an array.
class JsonArray : public JsonEntries<JsonElement> {
public:
    JsonArray() noexcept = default;
    /// What is no array has no items.
    explicit JsonArray(JsonElement element) noexcept : JsonEntries(element.is_array() ? element : JsonElement()) {}
    /// Walks there from the front; not there when there are fewer.
    [[nodiscard]] JsonElement at(std::size_t index) const noexcept;
};

inline bool JsonElement::get(JsonObject& out) const noexcept {
    if (!is_object()) return false;
    out = JsonObject(*this);
    return true;
}

inline bool JsonElement::get(JsonArray& out) const noexcept {
    if (!is_array()) return false;
    out = JsonArray(*this);
    return true;
}

}  // namespace breakwater
