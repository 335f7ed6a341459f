#pragma once

#include <string>
#include <string_view>

namespace breakwater::bedrock {

// Redacted reasoning is a blob here, and a text in the canonical form, as Anthropic's own API has it: that text is what
// the blob of a Claude model holds, so a conversation can go on at either. A blob that is no text stands as "base64:"
// and its base64.

/// The canonical form of a blob's bytes.
std::string redacted_from_blob(std::string bytes);
/// The base64 to send for the canonical form.
std::string redacted_to_base64(std::string_view redacted);

}  // namespace breakwater::bedrock
