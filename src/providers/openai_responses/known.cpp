#include "known.hpp"

#include <algorithm>
#include <array>

namespace breakwater::openai_responses {
namespace {

using std::string_view_literals::operator""sv;

// Behind "response.": each part of an answer has steps of its own, which say no more than that it goes on.
constexpr std::array kSubjects{"output_item"sv,
                               "content_part"sv,
                               "output_text"sv,
                               "refusal"sv,
                               "function_call_arguments"sv,
                               "custom_tool_call_input"sv,
                               "reasoning_part"sv,
                               "reasoning_text"sv,
                               "reasoning_summary_part"sv,
                               "reasoning_summary_text"sv,
                               "web_search_call"sv,
                               "file_search_call"sv,
                               "code_interpreter_call"sv,
                               "code_interpreter_call_code"sv,
                               "image_generation_call"sv,
                               "mcp_call"sv,
                               "mcp_call_arguments"sv,
                               "mcp_list_tools"sv,
                               "audio"sv};
constexpr std::array kStates{"created"sv, "queued"sv, "in_progress"sv, "completed"sv, "incomplete"sv};
constexpr std::array kPings{"keepalive"sv, "ping"sv};

constexpr std::array kItems{"message"sv,
                            "reasoning"sv,
                            "function_call"sv,
                            "custom_tool_call"sv,
                            "web_search_call"sv,
                            "file_search_call"sv,
                            "computer_call"sv,
                            "code_interpreter_call"sv,
                            "image_generation_call"sv,
                            "local_shell_call"sv,
                            "shell_call"sv,
                            "shell_call_output"sv,
                            "apply_patch_call"sv,
                            "tool_search_call"sv,
                            "tool_search_output"sv,
                            "mcp_list_tools"sv,
                            "mcp_call"sv,
                            "mcp_approval_request"sv,
                            "compaction"sv};
constexpr std::array kEnds{"completed"sv, "incomplete"sv, "max_output_tokens"sv, "content_filter"sv};
constexpr std::array kMembers{"id"sv,
                              "object"sv,
                              "created_at"sv,
                              "completed_at"sv,
                              "status"sv,
                              "background"sv,
                              "billing"sv,
                              "content_filters"sv,
                              "copilot_usage"sv,
                              "conversation"sv,
                              "error"sv,
                              "frequency_penalty"sv,
                              "incomplete_details"sv,
                              "instructions"sv,
                              "max_output_tokens"sv,
                              "max_tool_calls"sv,
                              "metadata"sv,
                              "model"sv,
                              "moderation"sv,
                              "output"sv,
                              "output_text"sv,
                              "parallel_tool_calls"sv,
                              "presence_penalty"sv,
                              "previous_response_id"sv,
                              "prompt"sv,
                              "prompt_cache_key"sv,
                              "prompt_cache_options"sv,
                              "prompt_cache_retention"sv,
                              "reasoning"sv,
                              "safety_identifier"sv,
                              "service_tier"sv,
                              "store"sv,
                              "temperature"sv,
                              "text"sv,
                              "tool_choice"sv,
                              "tool_usage"sv,
                              "tools"sv,
                              "top_logprobs"sv,
                              "top_p"sv,
                              "truncation"sv,
                              "usage"sv,
                              "user"sv};

// First the members of a delta of text, in the order in which it has them: there are more of these than of all others.
constexpr std::array kEventMembers{"type"sv,          "sequence_number"sv, "item_id"sv,       "output_index"sv,
                                   "content_index"sv, "delta"sv,           "logprobs"sv,      "obfuscation"sv,
                                   "item"sv,          "response"sv,        "summary_index"sv, "annotation_index"sv,
                                   "annotation"sv};
constexpr std::array kItemMembers{
    "id"sv,      "type"sv, "status"sv,    "role"sv,    "content"sv,           "phase"sv, "arguments"sv, "input"sv,
    "call_id"sv, "name"sv, "namespace"sv, "summary"sv, "encrypted_content"sv, "format"sv};
constexpr std::array kPartMembers{"type"sv, "annotations"sv, "logprobs"sv, "text"sv, "refusal"sv};
constexpr std::array kUsageMembers{"input_tokens"sv,
                                   "input_tokens_details"sv,
                                   "output_tokens"sv,
                                   "output_tokens_details"sv,
                                   "total_tokens"sv,
                                   "num_sources_used"sv,
                                   "num_server_side_tools_used"sv,
                                   "cost_in_usd_ticks"sv,
                                   "context_details"sv,
                                   "cost"sv,
                                   "cost_details"sv,
                                   "is_byok"sv};
constexpr std::array kAnnotations{"url_citation"sv, "file_citation"sv, "container_file_citation"sv, "file_path"sv};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) noexcept {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool is_known_event(std::string_view type) noexcept {
    constexpr std::string_view kPrefix = "response.";
    if (!type.starts_with(kPrefix)) return holds(kPings, type);
    const std::string_view rest = type.substr(kPrefix.size());
    const std::size_t dot = rest.find('.');
    return dot == std::string_view::npos ? holds(kStates, rest) : holds(kSubjects, rest.substr(0, dot));
}

bool is_known_item(std::string_view type) noexcept {
    return holds(kItems, type);
}

bool is_known_end(std::string_view native) noexcept {
    return holds(kEnds, native);
}

bool is_known_annotation(std::string_view type) noexcept {
    return holds(kAnnotations, type);
}

std::span<const std::string_view> response_members() noexcept {
    return kMembers;
}

std::span<const std::string_view> event_members() noexcept {
    return kEventMembers;
}

std::span<const std::string_view> item_members() noexcept {
    return kItemMembers;
}

std::span<const std::string_view> part_members() noexcept {
    return kPartMembers;
}

std::span<const std::string_view> usage_members() noexcept {
    return kUsageMembers;
}

}  // namespace breakwater::openai_responses
