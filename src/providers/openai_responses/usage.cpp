#include "usage.hpp"

#include <algorithm>

namespace breakwater::openai_responses {
namespace {

using Element = JsonReader::Element;
using Count = std::optional<std::int64_t>;

/// Counts stay small enough that sums of a few of them cannot overflow.
constexpr std::int64_t kCountMax = std::int64_t{1} << 48;

Count count(Element object, std::string_view name) noexcept {
    const Count value = get_int(object, name);
    return value ? Count(std::clamp<std::int64_t>(*value, 0, kCountMax)) : std::nullopt;
}

Count detail(Element usage, std::string_view details, std::string_view name) noexcept {
    const auto object = get_object(usage, details);
    return object ? count(*object, name) : std::nullopt;
}

}  // namespace

Usage read_usage(Element usage) {
    Usage result;
    result.output = count(usage, "output_tokens");
    result.reasoning = detail(usage, "output_tokens_details", "reasoning_tokens");
    result.cache_read = detail(usage, "input_tokens_details", "cached_tokens");
    result.cache_write = detail(usage, "input_tokens_details", "cache_write_tokens");
    // The input counts what came from the cache and went into it as well.
    if (const Count input = count(usage, "input_tokens")) {
        if (result.cache_read) result.cache_read = std::min(*result.cache_read, *input);
        const std::int64_t rest = *input - result.cache_read.value_or(0);
        if (result.cache_write) result.cache_write = std::min(*result.cache_write, rest);
        result.input_uncached = rest - result.cache_write.value_or(0);
    }
    result.normalise();
    return result;
}

}  // namespace breakwater::openai_responses
