#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/canonical/usage.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic_messages {

// What whole answers and streams write alike.

/// What is known of an answer beside its content.
struct MessageFacts {
    explicit MessageFacts(EncoderContext context);
    /// Takes what the event knows and an earlier one did not.
    void fill(const MessageStart& start);
    void finish(const FinishEvent& event);

    std::string id;
    std::string model;
    std::string_view request_id;  ///< of the request, for what went wrong
    bool model_known = false;     ///< `model` is the provider's word
    std::string service_tier{};
    std::int64_t prompt_estimate = 0;  ///< tokens, told from the request
    /// The client asked for reasoning. One that did not gets only blocks that it has to send back (sealed ones).
    bool shows_thinking = true;
    std::uint64_t answer_bytes = 0;  ///< of text, reasoning and arguments
    std::string refusal{};           ///< the provider's words for why it would not answer
    std::string stop_sequence{};
    std::string_view stop_reason = "end_turn";
    Usage usage{};
};

/// The members `stop_reason`, `stop_sequence` and, after a refusal, `stop_details`.
void write_stop(JsonWriter& json, const MessageFacts& facts);

/// The usage object. SDKs add its counts up and demand the two main ones, so those that the provider did not tell are
/// estimated, and the object says so (C8).
void write_usage(JsonWriter& json, const MessageFacts& facts);

/// The usage object of an answer that has just begun: an estimate, which the last event corrects.
void write_first_usage(JsonWriter& json, const MessageFacts& facts);

/// A citation of this dialect made of an annotation of OpenAI's shape; nothing when it names no address.
std::string citation_of(std::string_view annotation);

}  // namespace breakwater::anthropic_messages
