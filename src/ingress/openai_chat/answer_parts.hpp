#pragma once

#include <string_view>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_chat {

// What whole answers and streams write alike.

/// The finish reason in the words of the dialect: legacy clients know a `function_call` only.
std::string_view finish_word(FinishReason reason, bool legacy_functions) noexcept;

/// True when the provider's own word says more than ours and is worth a `native_finish_reason`.
bool is_worth_telling(std::string_view native, FinishReason reason) noexcept;

/// The usage object, or null unless prompt and completion are known: clients add these counts up, so a made-up 0 would
/// be taken for a fact (C8). Details that are unknown are left out.
void write_usage(JsonWriter& json, const Usage& usage);

/// The type of a reasoning block and its content, as members of the object that is open.
void write_reasoning_block(JsonWriter& json, std::string_view text, std::string_view signature,
                           std::string_view redacted);

}  // namespace breakwater::openai_chat
