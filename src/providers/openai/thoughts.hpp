#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai {

/// Where a delta or message may carry reasoning. Servers in transition send the same text under two names.
struct Thoughts {
    std::string_view text{};                    ///< `reasoning_content`, else `reasoning`
    std::optional<JsonReader::Array> blocks{};  ///< `reasoning_details` or `thinking_blocks`
};

/// Emits the reasoning once, and the end of each block that is signed or encrypted.
void emit_thoughts(const Thoughts& thoughts, std::uint32_t choice, EventSink& sink);

/// Emits a content that is a list of parts (Mistral, Databricks): text, reasoning, refusals. References are dropped.
/// Returns the bytes of text.
std::size_t emit_parts(JsonReader::Array parts, std::uint32_t choice, EventSink& sink);

}  // namespace breakwater::openai
