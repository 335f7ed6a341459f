#include "tool_ids.hpp"

#include <algorithm>

#include "breakwater/base/random.hpp"

namespace breakwater::openai {
namespace {

/// Azure and older OpenAI models refuse longer ids.
constexpr std::size_t kIdBytesMax = 40;
/// Mistral refuses any other length (code 3280).
constexpr std::size_t kShortIdBytes = 9;

bool is_alphanumeric(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_id_char(char c) noexcept {
    return is_alphanumeric(c) || c == '_' || c == '-';
}

std::string hash_text(std::string_view id, std::size_t length) {
    static constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::uint64_t hash = fnv1a(id);
    std::string text;
    for (std::size_t i = 0; i < length; ++i, hash /= kDigits.size()) text += kDigits[hash % kDigits.size()];
    return text;
}

}  // namespace

bool is_upstream_tool_id(const config::Quirks& quirks, std::string_view id) noexcept {
    if (quirks.short_tool_ids) return id.size() == kShortIdBytes && std::ranges::all_of(id, is_alphanumeric);
    return !id.empty() && id.size() <= kIdBytesMax && std::ranges::all_of(id, is_id_char);
}

std::string upstream_tool_id(const config::Quirks& quirks, std::string_view id) {
    if (is_upstream_tool_id(quirks, id)) return std::string(id);
    return quirks.short_tool_ids ? hash_text(id, kShortIdBytes) : "call_" + hash_text(id, 10);
}

}  // namespace breakwater::openai
