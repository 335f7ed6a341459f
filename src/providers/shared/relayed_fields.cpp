#include "relayed_fields.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

/// All others are the connection's, a proxy's on the way, or tell of the
/// account: cookies, organisations, redirections.
constexpr std::array<std::string_view, 14> kFields{
    "content-type", "content-disposition", "content-language", "content-range",  "accept-ranges",  "cache-control",
    "etag",         "last-modified",       "retry-after",      "retry-after-ms", "x-should-retry", "openai-version",
    "openai-model", "openai-processing-ms"};
constexpr std::array<std::string_view, 2> kPrefixes{"x-ratelimit-", "anthropic-ratelimit-"};

bool is_clients(std::string_view name) noexcept {
    return std::ranges::any_of(kFields, [name](std::string_view field) { return iequals(name, field); }) ||
           std::ranges::any_of(kPrefixes, [name](std::string_view prefix) { return istarts_with(name, prefix); });
}

}  // namespace

Headers relayed_fields(const Headers& answer) {
    Headers fields;
    for (const auto& [name, value] : answer.fields()) {
        if (is_clients(name)) fields.add(name, value);
    }
    return fields;
}

}  // namespace breakwater
