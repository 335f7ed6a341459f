#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater {

/// ASCII only: header names, tokens, keywords. Locale never matters.
bool iequals_same_size(std::string_view a, std::string_view b) noexcept;
inline bool iequals(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    // Most names that are not the same differ at once.
    return a.empty() || (((a.front() ^ b.front()) & ~0x20) == 0 && iequals_same_size(a, b));
}
bool istarts_with(std::string_view text, std::string_view prefix) noexcept;
bool icontains(std::string_view text, std::string_view needle) noexcept;
std::string to_lower(std::string_view text);
/// Without leading and trailing spaces, tabs, CR and LF.
std::string_view trim(std::string_view text) noexcept;
/// Without the white space at its end, form feeds and vertical tabs included.
std::string_view without_trailing_space(std::string_view text) noexcept;
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// The whole text as a number, or nothing: no sign for unsigned, no blanks, no overflow.
std::optional<std::uint64_t> parse_u64(std::string_view text) noexcept;
std::optional<std::int64_t> parse_i64(std::string_view text) noexcept;
std::optional<double> parse_double(std::string_view text) noexcept;

/// Levenshtein distance, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);
/// The candidate nearest to `word` within `max_distance` edits, or empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates,
                         std::size_t max_distance = 2);

/// Percent-decodes once; nothing on a broken escape.
std::optional<std::string> percent_decode(std::string_view text);
/// Percent-encodes everything but unreserved characters (RFC 3986), and '/' too unless `keep_slash`.
std::string percent_encode(std::string_view text, bool keep_slash = false);

/// True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_valid_utf8(std::string_view bytes) noexcept;
/// Each ill-formed sequence becomes U+FFFD; well-formed input is returned as it is.
std::string replace_invalid_utf8(std::string_view bytes);

/// Transparent hash for lookups by string_view in unordered containers of strings.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

}  // namespace breakwater
