#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace breakwater::cohere {

/// Turns places in a text that are counted in characters, as this API does, into places in UTF-16 code units, as
/// annotations do. The two differ by the characters that take two units. A value; it keeps no text.
class TextPlaces {
public:
    /// Behind kWideMax characters of two units the others are counted as one: answers with so many cite nothing there.
    void add(std::string_view text);
    static constexpr std::size_t kWideMax = 64u << 10;
    [[nodiscard]] std::int64_t characters() const noexcept { return characters_; }
    [[nodiscard]] std::int64_t utf16(std::int64_t character) const noexcept;

private:
    std::int64_t characters_ = 0;
    std::vector<std::int64_t> wide_;  // where characters of two units are
};

}  // namespace breakwater::cohere
