#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace breakwater {

enum class JsonType : std::uint8_t { null, boolean, int64, uint64, real, string, array, object };

/// Where a value stands in a text, and what it is. A container's nodes follow it in the order of the text; a member is
/// two of them, its name and its value.
class JsonNode {
public:
    /// Counts stop here.
    static constexpr std::uint32_t kCountMax = (1U << 24U) - 1;

    JsonNode() noexcept = default;
    JsonNode(JsonType type, std::uint32_t begin, std::uint32_t end) noexcept
        : begin_(begin), end_(end), meta_(static_cast<std::uint32_t>(type)) {}

    [[nodiscard]] JsonType type() const noexcept { return static_cast<JsonType>(meta_ & 0x7U); }
    /// Of strings, without the quotes; of all others the first byte and the one behind the last.
    [[nodiscard]] std::uint32_t begin() const noexcept { return begin_; }
    [[nodiscard]] std::uint32_t end() const noexcept { return end_; }
    /// Containers: how many members or items, at most kCountMax.
    [[nodiscard]] std::uint32_t count() const noexcept { return meta_ >> 8U; }
    [[nodiscard]] bool is_container() const noexcept { return type() >= JsonType::array; }
    [[nodiscard]] bool is_escaped() const noexcept { return (meta_ & kEscaped) != 0; }
    [[nodiscard]] bool is_decoded() const noexcept { return (meta_ & kDecoded) != 0; }

private:
    friend class JsonTree;
    friend class JsonTreeBuilder;

    static constexpr std::uint32_t kEscaped = 1U << 3U;
    static constexpr std::uint32_t kDecoded = 1U << 4U;

    void set_count(std::uint32_t count) noexcept {
        meta_ = (meta_ & 0xFFU) | (count < kCountMax ? count : kCountMax) << 8U;
    }

    std::uint32_t begin_;
    std::uint32_t end_;
    std::uint32_t link_;  // containers: the node behind all of its own; decoded strings: where
    std::uint32_t meta_;
};

/// The values of one text, as JsonReader found them, without the bytes, which stay where they are. Strings with escapes
/// are decoded into room that was set aside while the text was read, so that a view never moves. Owned by a reader;
/// one thread.
class JsonTree {
public:
    [[nodiscard]] const JsonNode& node(std::uint32_t at) const noexcept { return nodes_[at]; }
    /// The node behind the value at `at` and all that is in it.
    [[nodiscard]] std::uint32_t behind(std::uint32_t at) const noexcept {
        const JsonNode& value = nodes_[at];
        return value.is_container() ? value.link_ : at + 1;
    }
    /// The string at `at`, decoded.
    [[nodiscard]] std::string_view string(std::uint32_t at) noexcept {
        const JsonNode& value = nodes_[at];
        return value.is_escaped() ? decoded(at) : written(at);
    }
    /// The same as it is written, without its quotes.
    [[nodiscard]] std::string_view written(std::uint32_t at) const noexcept {
        const JsonNode& value = nodes_[at];
        return {text_ + value.begin_, value.end_ - value.begin_};
    }
    /// Whether the string at `at` says `name`. Most names that are looked for are not it, and differ at once.
    [[nodiscard]] bool is_named(std::uint32_t at, std::string_view name) noexcept {
        const JsonNode& value = nodes_[at];
        if (value.is_escaped()) return decoded(at) == name;
        if (value.end_ - value.begin_ != name.size()) return false;
        return name.empty() || (text_[value.begin_] == name.front() &&
                                std::memcmp(text_ + value.begin_, name.data(), name.size()) == 0);
    }
    /// The value as it is written.
    [[nodiscard]] std::string_view raw(std::uint32_t at) const noexcept {
        const JsonNode& value = nodes_[at];
        const std::uint32_t quote = value.type() == JsonType::string ? 1 : 0;
        return {text_ + value.begin_ - quote, value.end_ - value.begin_ + 2 * quote};
    }

    /// Whether some member has a name that is written with escapes that it does not need.
    [[nodiscard]] bool has_odd_names() const noexcept { return odd_names_; }

    /// Bytes that are kept for the next text.
    [[nodiscard]] std::size_t capacity() const noexcept { return nodes_max_ * sizeof(JsonNode) + decoded_max_; }

private:
    friend class JsonTreeBuilder;

    [[nodiscard]] std::string_view decoded(std::uint32_t at) noexcept;

    const char* text_ = nullptr;
    bool odd_names_ = false;
    std::unique_ptr<JsonNode[]> nodes_;  // NOLINT(modernize-avoid-c-arrays): a vector would write what is overwritten
    std::size_t nodes_max_ = 0;
    // Each decoded string behind its length.
    std::unique_ptr<char[]> decoded_;  // NOLINT(modernize-avoid-c-arrays)
    std::size_t decoded_max_ = 0;
    std::size_t decoded_used_ = 0;
};

}  // namespace breakwater
