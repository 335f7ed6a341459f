#include "known_members.hpp"

#include <algorithm>
#include <array>

namespace breakwater::openai {

bool is_passed_over(std::string_view key) noexcept {
    // Those that come with every piece of a stream are first.
    static constexpr std::array<std::string_view, 38> kMembers{
        "role",
        "obfuscation",
        "provider",
        "p",
        "padding",
        "content_filter_results",
        "native_finish_reason",
        "stop_reason",
        "channel",
        "seed",
        "prompt_filter_results",
        "content_filter_offsets",
        "content_filter_result",
        "prompt_logprobs",
        "prompt_token_ids",
        "token_ids",
        "kv_transfer_params",
        "timings",
        "stream_options",
        "generationId",
        "cost",
        "venice_parameters",
        "request_id",
        "copilot_usage",
        "latency_checkpoint",
        "time_info",
        "sla_metrics",
        "prompt",
        "usage_breakdown",
        "metadata",
        "images",
        "related_questions",
        "matched_stop",
        "provider_metadata",
        "reasoning_encrypted",
        "executed_tools",
        "extra_content",
        "nvext",
    };
    return std::ranges::find(kMembers, key) != kMembers.end();
}

}  // namespace breakwater::openai
