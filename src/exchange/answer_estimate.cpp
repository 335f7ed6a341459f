#include "answer_estimate.hpp"

#include <algorithm>

namespace breakwater {

std::int64_t estimated_tokens(std::size_t bytes) noexcept {
    constexpr std::size_t kBytesPerToken = 4;
    return static_cast<std::int64_t>(bytes / kBytesPerToken);
}

Usage spent_on_part(const Usage* counted, std::int64_t prompt_tokens, std::size_t bytes) noexcept {
    Usage spent = counted != nullptr ? *counted : Usage{};
    spent.normalise();
    if (!spent.prompt_total()) {
        spent.input_uncached = prompt_tokens;
        spent.estimated = true;
    }
    // Providers that count from the beginning have not counted to the end yet.
    const std::int64_t output = estimated_tokens(bytes);
    if (!spent.output || *spent.output < output) {
        spent.output = std::max<std::int64_t>(output, 1);
        spent.estimated = true;
    }
    return spent;
}

}  // namespace breakwater
