#pragma once

#include <cstdint>
#include <string_view>

namespace breakwater::bedrock {

/// Whose model it is: Converse is one API, but its models differ in what they refuse and in the fields that only they
/// have.
enum class Family : std::uint8_t { claude, nova, nova_2, llama, mistral, qwen, gpt_oss, writer, other };

/// From a model id, an inference profile ("us." and the like before the id) or an ARN of either; `other` for what it
/// cannot tell, such as the ARN of an application's own profile.
Family family_of(std::string_view model) noexcept;

/// Whether the id says that the model chats and is another vendor's than Anthropic. An ARN of an application's own
/// profile, of provisioned or imported models says nothing; models for vectors, ranks and pictures do not chat.
bool chats_but_is_not_claude(std::string_view model) noexcept;

/// What the families take; where nothing is known of one, what the API's page says of all.
struct FamilyTraits {
    bool begins_with_user = true;      ///< a conversation that begins with the assistant is refused
    bool results_stand_alone = false;  ///< a turn with tool results may hold nothing else
    bool result_status = true;         ///< whether the status of a tool result is taken
    bool json_results = false;         ///< tool results are JSON objects, text is refused
    bool signed_reasoning = false;     ///< reasoning may come back, with its seal
    bool cache_points = false;
    bool cached_tools = false;    ///< cache points among the tools too
    bool short_call_ids = false;  ///< ids of calls have nine letters and digits
};

const FamilyTraits& traits_of(Family family) noexcept;

/// Claude 3, which knows no tool_choice.disable_parallel_tool_use here.
bool is_claude_3(std::string_view model) noexcept;

}  // namespace breakwater::bedrock
