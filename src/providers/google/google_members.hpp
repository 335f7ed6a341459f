#pragma once

#include <string_view>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::google {

/// What a client that knows this provider may ask for beyond the Chat Completions API, as JSON. It is written at the
/// top level, or, as the vendor's own OpenAI layer has it, in `google` or `extra_body.google`.
struct GoogleMembers {
    JsonText thinking_config{};
    JsonText safety_settings{};
    JsonText cached_content{};
};

GoogleMembers read_google_members(const ChatRequest& request);

/// True for the top-level members that the function above reads.
bool is_google_member(std::string_view name) noexcept;

}  // namespace breakwater::google
