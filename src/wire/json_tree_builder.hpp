#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "breakwater/wire/json_places.hpp"
#include "breakwater/wire/json_tree.hpp"

namespace breakwater {

/// Reads a text from place to place into a tree: what stands at each, and that it may stand there. For JsonReader.
class JsonTreeBuilder {
public:
    /// Borrows all three for as long as it lives.
    JsonTreeBuilder(JsonTree& tree, const JsonPlaces& places, std::string_view text, std::size_t depth_max);

    /// Of the tree nothing may be used when it refuses something.
    JsonRefusal run();

private:
    [[nodiscard]] char mark() const noexcept { return place_ < count_ ? text_[places_[place_]] : '\0'; }
    [[nodiscard]] std::uint32_t end_of_value() const noexcept;
    JsonNode& add(JsonType type, std::uint32_t begin, std::uint32_t end) noexcept;

    bool value();
    bool open(JsonType type);
    void close() noexcept;
    bool name();
    bool string();
    bool number();
    bool word(std::string_view expected, JsonType type);
    [[nodiscard]] bool is_object_open() const noexcept;
    std::uint32_t next_backslash(std::size_t from) const noexcept;

    JsonTree& tree_;
    JsonNode* const nodes_;
    const char* const text_;
    const std::uint32_t* const places_;
    const std::uint32_t size_;
    const std::size_t count_;
    std::size_t place_ = 0;
    std::uint32_t added_ = 0;
    std::uint32_t open_ = 0;     // the innermost container; its link is the one around it
    std::uint32_t entries_ = 0;  // of it
    std::size_t depth_ = 0;
    const std::size_t depth_max_;
    std::uint32_t backslash_;        // the first at or behind what was read
    std::size_t decoded_bytes_ = 0;  // that strings with escapes need at most
    bool too_deep_ = false;
};

}  // namespace breakwater
