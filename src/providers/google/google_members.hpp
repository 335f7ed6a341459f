#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::google {

/// What a client that knows this provider may ask for beyond the Chat Completions API, as JSON. It is written at the
/// top level, or, as the vendor's own OpenAI layer has it, in `google` or `extra_body.google`. Clients of the vendor's
/// own dialect write all of it at the top level.
struct GoogleMembers {
    JsonText thinking_config{};
    JsonText safety_settings{};
    JsonText cached_content{};
    // Of clients of the vendor's own dialect only, for the API to judge.
    bool validated = false;        ///< calls are held to their schemas
    JsonText retrieval_config{};   ///< of toolConfig
    JsonText generation_config{};  ///< an object of members that no canonical field holds
    std::vector<std::pair<std::string, JsonText>> others{};
};

GoogleMembers read_google_members(const ChatRequest& request);

/// True for the top-level members that the function above reads.
bool is_google_member(const ChatRequest& request, std::string_view name) noexcept;

}  // namespace breakwater::google
