#include "finish.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "breakwater/base/strings.hpp"

namespace breakwater::openai {

FinishReason finish_reason_of(std::string_view word) noexcept {
    using Row = std::pair<std::string_view, FinishReason>;
    // `stop` and its many synonyms (eos, end_turn, done ...) are what is left.
    static constexpr std::array kRows{
        Row{"length", FinishReason::length},
        Row{"max_tokens", FinishReason::length},
        Row{"model_length", FinishReason::length},
        Row{"tool_calls", FinishReason::tool_calls},
        Row{"tool_use", FinishReason::tool_calls},
        Row{"function_call", FinishReason::tool_calls},
        Row{"content_filter", FinishReason::content_filter},
        Row{"sensitive", FinishReason::content_filter},
        Row{"safety", FinishReason::content_filter},
        Row{"refusal", FinishReason::content_filter},
    };
    const auto found = std::ranges::find_if(kRows, [&](const Row& row) { return iequals(row.first, word); });
    return found == kRows.end() ? FinishReason::stop : found->second;
}

bool is_known_finish(std::string_view word) noexcept {
    static constexpr std::array<std::string_view, 10> kStops{"stop",          "eos",        "eos_token",   "end_turn",
                                                             "stop_sequence", "stop_token", "end_of_turn", "done",
                                                             "complete",      "finish"};
    const auto same = [&](std::string_view known) { return iequals(known, word); };
    return finish_reason_of(word) != FinishReason::stop || std::ranges::any_of(kStops, same);
}

bool is_failed_finish(std::string_view word) noexcept {
    return word == "error" || word == "insufficient_system_resource" || word == "network_error";
}

}  // namespace breakwater::openai
