#pragma once

#include <string_view>

#include "encoding.hpp"

namespace breakwater::openai {

/// The client's own bytes of `messages`, when the server takes all that is in them as it stands; else empty, and they
/// are written anew. What is said by other members (a schema in words, joined turns) is the caller's business.
std::string_view sent_messages(const Encoding& encoding);
/// The same of `tools`.
std::string_view sent_tools(const Encoding& encoding);

}  // namespace breakwater::openai
