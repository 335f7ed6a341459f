#pragma once

#include <string>
#include <string_view>

#include "../shared/conversation.hpp"

namespace breakwater::anthropic {

/// Extension by which a client names betas of its own: a string, or a list of strings.
inline constexpr std::string_view kBetaMember = "anthropic_beta";

inline constexpr std::string_view kBetaHeader = "anthropic-beta";

/// The value of the header: what is `configured`, what the client asked for, and what the request cannot do without. Or
/// empty.
std::string beta_header(const ChatRequest& request, const Conversation& conversation, bool oauth,
                        std::string_view configured);

}  // namespace breakwater::anthropic
