#pragma once

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
    /// The value as the text has it.
    [[nodiscard]] std::string_view raw() const noexcept { return exists() ? tree_->raw(at_) : std::string_view(); }

private:
    friend class JsonObject;
    friend class JsonArray;

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

/// The members of an object, in their order.
class JsonObject {
public:
    class Iterator {
    public:
        using value_type = JsonMember;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::forward_iterator_tag;

        Iterator() noexcept = default;
        Iterator(JsonTree& tree, std::uint32_t at) noexcept : tree_(&tree), at_(at) {}
        [[nodiscard]] std::string_view key() const noexcept { return tree_->string(at_); }
        [[nodiscard]] JsonElement name() const noexcept { return {*tree_, at_}; }
        [[nodiscard]] JsonElement value() const noexcept { return {*tree_, at_ + 1}; }
        JsonMember operator*() const noexcept { return {.key = key(), .value = value()}; }
        Iterator& operator++() noexcept {
            at_ = tree_->behind(at_ + 1);
            return *this;
        }
        Iterator operator++(int) noexcept {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.at_ == b.at_; }

    private:
        JsonTree* tree_ = nullptr;
        std::uint32_t at_ = 0;
    };

    JsonObject() noexcept = default;
    /// What is no object has no members.
    explicit JsonObject(JsonElement element) noexcept : element_(element.is_object() ? element : JsonElement()) {}
    [[nodiscard]] Iterator begin() const noexcept {
        return element_.exists() ? Iterator(*element_.tree_, element_.at_ + 1) : Iterator();
    }
    [[nodiscard]] Iterator end() const noexcept {
        return element_.exists() ? Iterator(*element_.tree_, element_.tree_->behind(element_.at_)) : Iterator();
    }
    /// At most JsonNode::kCountMax.
    [[nodiscard]] std::size_t size() const noexcept { return element_.exists() ? element_.node().count() : 0; }
    [[nodiscard]] JsonElement operator[](std::string_view key) const noexcept { return element_[key]; }

private:
    JsonElement element_{};
};

/// The items of an array.
class JsonArray {
public:
    class Iterator {
    public:
        using value_type = JsonElement;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::forward_iterator_tag;

        Iterator() noexcept = default;
        Iterator(JsonTree& tree, std::uint32_t at) noexcept : tree_(&tree), at_(at) {}
        JsonElement operator*() const noexcept { return {*tree_, at_}; }
        Iterator& operator++() noexcept {
            at_ = tree_->behind(at_);
            return *this;
        }
        Iterator operator++(int) noexcept {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.at_ == b.at_; }

    private:
        JsonTree* tree_ = nullptr;
        std::uint32_t at_ = 0;
    };

    JsonArray() noexcept = default;
    /// What is no array has no items.
    explicit JsonArray(JsonElement element) noexcept : element_(element.is_array() ? element : JsonElement()) {}
    [[nodiscard]] Iterator begin() const noexcept {
        return element_.exists() ? Iterator(*element_.tree_, element_.at_ + 1) : Iterator();
    }
    [[nodiscard]] Iterator end() const noexcept {
        return element_.exists() ? Iterator(*element_.tree_, element_.tree_->behind(element_.at_)) : Iterator();
    }
    /// At most JsonNode::kCountMax.
    [[nodiscard]] std::size_t size() const noexcept { return element_.exists() ? element_.node().count() : 0; }
    /// Walks there from the front; not there when there are fewer.
    [[nodiscard]] JsonElement at(std::size_t index) const noexcept;

private:
    JsonElement element_{};
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
