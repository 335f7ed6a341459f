#pragma once

#include <memory>
#include <string>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// Reads an answer about files or batches in OpenAI's shape
/// (https://platform.openai.com/docs/api-reference/files, /batch): the ids in it get the provider's name
/// (`write_owned_id`), everything else is as it came. An error of that shape passes with its status, but for a 401,
/// which is about the gateway's credential; `credential` is covered where it says it again. Errors: what is no JSON
/// object, and the provider's own failures in any other shape.
std::unique_ptr<ResponseDecoder> make_owned_answer(std::string provider, Secret credential = {});

}  // namespace breakwater
