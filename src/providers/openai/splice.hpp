#pragma once

#include <string_view>

#include "encoding.hpp"

namespace breakwater::openai {

/// The client's own bytes of `messages`, when the server takes all that is in them as it stands; else empty, and they
/// are written anew. What is said by other members (a schema in words, joined turns) is the caller's business.
std::string_view sent_messages(const Encoding& encoding);
/// The same of `tools`.
std::string_view sent_tools(const Encoding& encoding);

/// What follows a body that ends where the value of its last member, `messages`, begins.
SharedTail tail_of(const ChatRequest& request, std::string_view messages);
/// The size of messages that are so long that most servers are sent them from where they lie, or 0: room that is made
/// only by who has to write them after all.
std::size_t long_messages_bytes(const ChatRequest& request) noexcept;

}  // namespace breakwater::openai
