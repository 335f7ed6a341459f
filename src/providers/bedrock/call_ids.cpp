#include "call_ids.hpp"

#include <algorithm>
#include <cstdint>

#include "breakwater/base/random.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::size_t kIdMax = 64;
constexpr std::size_t kShortId = 9;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_allowed(char c) {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == ':';
}

std::string fingerprint(std::string_view text, std::size_t length) {
    static constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string out;
    for (std::uint64_t rest = fnv1a(text); out.size() < length; rest /= kDigits.size())
        out += kDigits[rest % kDigits.size()];
    return out;
}

}  // namespace

std::string wire_call_id(std::string_view id, bool short_form) {
    if (short_form) {
        const bool fits = id.size() == kShortId && std::ranges::all_of(id, is_alphanumeric);
        return fits ? std::string(id) : fingerprint(id, kShortId);
    }
    if (!id.empty() && id.size() <= kIdMax && std::ranges::all_of(id, is_allowed)) return std::string(id);
    return "call_" + fingerprint(id, 12);
}

}  // namespace breakwater::bedrock
