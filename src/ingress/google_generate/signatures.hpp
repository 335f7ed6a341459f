#pragma once

#include <string>
#include <string_view>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::google_generate {

// Clients of this dialect keep one seal per part, `thoughtSignature`, and take it for base64 of bytes that mean nothing
// to them (https://ai.google.dev/gemini-api/docs/thought-signatures). Google's own go through as they are. A seal of
// another vendor, and opaque data in place of a thought, are wrapped into such bytes, so that they come back.

/// What stands in `thoughtSignature` for the canonical `signature`; empty for none.
std::string wrap_signature(std::string_view signature);
std::string wrap_redacted(std::string_view data);

/// Sets the seal, or the opaque data, that a client sent back.
void unwrap_signature(std::string_view sent, ReasoningPart& part);

/// Whether a request has anything in it that was wrapped here.
bool holds_wrapped_signature(std::string_view body) noexcept;

/// Google's own, as the text of it and not of a thought.
bool is_googles(std::string_view signature) noexcept;

/// The signature inside the extension of a tool call, and the other way round. Empty for none.
std::string call_signature(std::string_view extension);
std::string call_extension(std::string_view sent);

/// The standard alphabet with padding: clients also write the one for URLs.
std::string standard_base64(std::string_view text);

}  // namespace breakwater::google_generate
