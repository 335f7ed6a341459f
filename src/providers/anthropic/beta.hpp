#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../shared/conversation.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater::anthropic {

/// Extension by which a client names betas of its own: a string, or a list of strings.
inline constexpr std::string_view kBetaMember = "anthropic_beta";

inline constexpr std::string_view kBetaHeader = "anthropic-beta";

/// Names of betas, each once: what is `configured` (a list with commas), what the client asked for, and what the
/// request cannot do without.
std::vector<std::string> betas(const ChatRequest& request, const Conversation& conversation, bool oauth,
                               std::string_view configured);

/// The same for a request that is passed on: what is `configured`, what it came with (`sent`), and what its credential
/// needs.
std::vector<std::string> passed_betas(const Headers& sent, bool oauth, std::string_view configured);

}  // namespace breakwater::anthropic
