#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace bench {

enum class Dialect { openai, anthropic };

/// How a request is answered. A model name decides:
///   burst-N     N events, written at once
///   paced-N-MS  N events, one every MS milliseconds, each its own write
///   idle-S      an event at once, then one every S seconds, without an end that a measurement would see
///   any other   one JSON document
/// The names of streams mean the stream only where the request asks for one (`"stream": true`).
struct Script {
    enum class Kind { whole, burst, paced, idle };
    Kind kind = Kind::whole;
    Dialect dialect = Dialect::openai;
    unsigned events = 0;
    std::chrono::milliseconds gap{0};
};

/// Decides by the request's path and as much of its body as is there. Nothing: `body` is not `complete`, and what
/// decides may come later. That spares copying the rest of a large body whose model is known.
std::optional<Script> choose_script(std::string_view target, std::string_view body, bool complete);

/// A response, complete with head: the JSON document, or all events of a burst. Lives as long as the process.
std::string_view whole_response(const Script& script);
/// Head of a streamed response and the events before the content.
std::string_view stream_opening(Dialect dialect);
/// A content event, a chunk of its own: 290 bytes of data as OpenAI writes them, 130 as Anthropic does. All have the
/// same length and, with `number`, other words: there are gateways that break off a stream which repeats itself.
std::string_view stream_event(Dialect dialect, unsigned number);
/// The events after the content, and the end of the body.
std::string_view stream_ending(Dialect dialect);

}  // namespace bench
