#pragma once

#include <cstdint>

#include "breakwater/wire/sse_parser.hpp"

namespace breakwater::bench {

/// What an event means for the measurement.
enum class EventClass : std::uint8_t {
    content,    ///< brings text, reasoning, a refusal or a part of a tool call
    other,      ///< a role, a finish reason, usage, a ping
    done,       ///< the end mark of the stream
    error,      ///< an error in band
    malformed,  ///< not JSON
};

/// Judges an event of a chat completion stream; the streams of text completions and of the responses dialect are
/// understood as well. Nearly all events are judged by a scan of their delta, because a parser would make the load
/// generator dearer than what it measures; only what the scan does not understand is parsed. `offset` is kept from
/// event to event of a stream, from 0 on.
EventClass classify(const SseEvent& event, std::size_t& offset);

}  // namespace breakwater::bench
