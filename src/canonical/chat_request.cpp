#include "breakwater/canonical/chat_request.hpp"

#include <array>
#include <string_view>

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 7> kEfforts{"none", "minimal", "low", "medium", "high", "xhigh", "max"};
static_assert(kEfforts.size() == static_cast<std::size_t>(ReasoningEffort::max) + 1);

}  // namespace

std::string_view to_string(ReasoningEffort effort) noexcept {
    return kEfforts[static_cast<std::size_t>(effort)];
}

std::optional<ReasoningEffort> reasoning_effort_from(std::string_view word) noexcept {
    for (std::size_t i = 0; i < kEfforts.size(); ++i) {
        if (kEfforts[i] == word) return static_cast<ReasoningEffort>(i);
    }
    return std::nullopt;
}

}  // namespace breakwater
