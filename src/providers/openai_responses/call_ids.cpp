#include "call_ids.hpp"

#include <algorithm>
#include <cstdio>

#include "breakwater/base/random.hpp"

namespace breakwater::openai_responses {
namespace {

constexpr std::size_t kIdBytesMax = 64;

bool is_printable(char c) noexcept {
    return c > ' ' && c <= '~';
}

}  // namespace

std::string call_id(std::string_view id) {
    if (!id.empty() && id.size() <= kIdBytesMax && std::ranges::all_of(id, is_printable)) return std::string(id);
    char text[32];
    std::snprintf(text, sizeof text, "call_%016llx", static_cast<unsigned long long>(fnv1a(id)));
    return text;
}

}  // namespace breakwater::openai_responses
