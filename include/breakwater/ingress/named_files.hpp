#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

// Files of the Files API in requests of Anthropic's Messages API
// (https://docs.anthropic.com/en/docs/build-with-claude/files): `{"type": "file", "file_id"}` as the source of an image
// or a document, and `{"type": "container_upload", "file_id"}`.

/// What a body is: one request, or a list of them under `requests[].params`
/// (https://docs.anthropic.com/en/api/creating-message-batches).
enum class NamesFilesIn : std::uint8_t { message, batch };

/// What was found in a body; empty when no id has a provider's name.
struct NamedFilesTaken {
    std::string provider{};  ///< whose files they are
    std::string body{};      ///< the body with the provider's own ids; every byte beside them is as it was
};

/// Takes the provider's name out of the ids that have one (PROVIDER:ID, canonical/owned_id.hpp), however they are
/// escaped, so that the body is the provider's own. Whether there is such a provider, and whether the client may reach
/// it, is the caller's to ask. `body` was read as JSON before, which has limited its depth and refused members that
/// come twice; it is copied only when there is such an id. `reader` reads it once more. For chats and new batches, once
/// for each. Errors: invalid_request for files of more than one provider, and for what is no JSON.
Result<NamedFilesTaken> take_named_files(std::string_view body, NamesFilesIn where, JsonReader& reader);

/// Whether it is worth looking for them in the body of a chat: false for nearly all, at the cost of a glance at each
/// part and tool.
bool may_name_files(const ChatRequest& request) noexcept;

}  // namespace breakwater
