#pragma once

#include <cstdint>
#include <optional>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/config/constraints.hpp"

namespace breakwater {

/// Tokens of a prompt, as told from its bytes: no tokeniser is asked, since each vendor has its own. The true number
/// is nearly always between `low` and `high`.
struct TokenEstimate {
    std::int64_t low = 0;
    std::int64_t likely = 0;
    std::int64_t high = 0;
};

/// What a request asks of whoever answers it, derived from the request itself.
struct RequestNeeds {
    config::Needs needs{};
    TokenEstimate prompt{};
    std::optional<std::int64_t> max_tokens{};  ///< the client's limit of the answer
    std::int64_t expected_output = 0;          ///< tokens, for comparing costs and times
};

/// Reads the whole prompt once. Called for requests whose route has a choice to make.
RequestNeeds needs_of(const ChatRequest& request);

/// The same for all turns of a conversation, and most likely for no other: of `session` when the client names one, else
/// its `prompt_cache_key`, else its `user`, else the system messages and the first message of the user.
std::uint64_t conversation_of(const ChatRequest& request, std::string_view session);

}  // namespace breakwater
