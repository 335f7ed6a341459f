#pragma once

#include <string_view>

#include "encoding.hpp"

namespace breakwater::openai {

/// The client's own bytes of `messages`, when the server takes all that is in them as it stands; else empty, and they
/// are written anew. What is said by other members (a schema in words, joined turns) is the caller's business.
std::string_view sent_messages(const Encoding& encoding);
/// The same of `tools`.
std::string_view sent_tools(const Encoding& encoding);

/// Messages from this size on are sent from where they lie: a copy would cost more than a piece of its own in the
/// write.
inline constexpr std::size_t kLongMessages = 4096;
/// What follows a body that ends where the value of its last member, `messages`, begins.
SharedTail tail_of(const ChatRequest& request, std::string_view messages);
/// How much of the client's body is likely to be written into the provider's.
std::size_t bytes_to_write(const ChatRequest& request) noexcept;

}  // namespace breakwater::openai
