#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google_generate {

// What whole answers and streams write alike (https://ai.google.dev/api/generate-content#candidate).

/// A part with text, and the seal of it; `signature` is empty where there is none.
void write_text_part(JsonWriter& json, std::string_view text, std::string_view signature);
/// A thought, or only the seal or the opaque data of one.
void write_thought_part(JsonWriter& json, std::string_view text, std::string_view signature, std::string_view redacted);
/// A call. The API knows objects only: arguments that are none stand inside of one.
void write_call_part(JsonWriter& json, const ToolCallPart& call);

/// What a choice ends with.
struct CandidateEnd {
    FinishReason reason = FinishReason::stop;
    std::string_view native{};
    std::string_view refusal{};
    const std::vector<JsonText>* annotations = nullptr;
    std::string_view logprobs{};
};
/// The members of a candidate behind its content, from `finishReason` on.
void write_end(JsonWriter& json, const CandidateEnd& end);
/// True when the choice was cut off for what it says.
bool is_blocked(const CandidateEnd& end) noexcept;

/// `usageMetadata`, unless prompt and answer are unknown: clients add these counts up, so a made-up 0 would be taken
/// for a fact (C8). Thoughts are not among the candidates' tokens, cached ones are among the prompt's.
void write_usage(JsonWriter& json, const Usage& usage);

/// `modelVersion` and `responseId`.
void write_identity(JsonWriter& json, std::string_view model, std::string_view id);

}  // namespace breakwater::google_generate
