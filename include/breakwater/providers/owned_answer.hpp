#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// Reads an answer about files or batches in OpenAI's shape
/// (https://platform.openai.com/docs/api-reference/files, /batch): the ids in it get the provider's name
/// (`write_owned_id`), everything else is as it came. An error of that shape passes with its status and what its head
/// says of limits and another try, but for a 401, which is about the gateway's credential; `credential` is covered
/// where it says it again. Errors: what is no JSON object, and the provider's own failures in any other shape.
std::unique_ptr<ResponseDecoder> make_owned_answer(std::string provider, Secret credential = {});

/// The same of Anthropic's shape (https://docs.anthropic.com/en/api/files-list, /listing-message-batches,
/// /errors). The `results_url` of a batch becomes the gateway's own path below /v1/messages/batches, without a host:
/// SDKs put their base URL before it, by which they have reached the gateway.
std::unique_ptr<ResponseDecoder> make_owned_message_answer(std::string provider, Secret credential = {});

/// Passes a file, or the results of a batch, on as they come (`make_relayed_answer`); any other status than of success
/// is read as `make_owned_message_answer` reads it.
std::unique_ptr<ResponseDecoder> make_owned_message_content(std::string provider, Secret credential = {});

/// The beta that Anthropic's Files API is, in the header `anthropic-beta`.
inline constexpr std::string_view kAnthropicFilesBeta = "files-api-2025-04-14";

}  // namespace breakwater
