#pragma once

#include <string>
#include <string_view>

#include "breakwater/wire/http_message.hpp"

namespace breakwater::ingress {

/// What keeps an idle stream open: a comment, which every reader of events passes over.
inline constexpr std::string_view kPing = ": ping\n\n";

/// The head of an answer that is a stream of events.
void set_event_stream_head(HttpResponseHead& head);

/// Appends JSON that came from elsewhere: it must not bring line ends into an event. In valid JSON they are white space
/// only.
void append_line(std::string& out, std::string_view json);

}  // namespace breakwater::ingress
