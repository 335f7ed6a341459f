#pragma once

#include <optional>

#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai {

/// Reads a `usage` object, in the shape of OpenAI or any of its relatives. Nothing when it counts nothing: some servers
/// send zeros on every chunk until they know.
std::optional<Usage> read_usage(JsonReader::Element usage);
/// The same for answers without generated tokens: some servers count the total alone.
std::optional<Usage> read_embedding_usage(JsonReader::Element usage);

/// The same for pictures and speech, whose counts are called `input_tokens` and `output_tokens`; relatives of OpenAI
/// keep the names of chats.
std::optional<Usage> read_media_usage(JsonReader::Element usage);

}  // namespace breakwater::openai
