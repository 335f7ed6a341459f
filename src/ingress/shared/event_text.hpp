#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/base/append.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater::ingress {

// What streams of server-sent events are made of in every dialect.

/// What keeps an idle stream open: a comment, which every reader of events passes over.
inline constexpr std::string_view kPing = ": ping\n\n";

inline void set_event_stream_head(HttpResponseHead& head) {
    head.status = 200;
    head.headers.add("content-type", "text/event-stream; charset=utf-8");
    // Proxies between us and the client must neither compress nor collect events.
    head.headers.add("cache-control", "no-cache, no-transform");
    head.headers.add("x-accel-buffering", "no");
}

/// Not below 0.
inline void append_index(std::string& out, std::integral auto index) {
    append_written(out, 20, [index](char* at) { return put_digits(at, static_cast<std::uint64_t>(index)); });
}

/// JSON that came from elsewhere must not bring line ends into an event. In valid JSON they are white space only.
inline void append_one_line(std::string& out, std::string_view json) {
    for (const char c : json) out += c == '\n' || c == '\r' ? ' ' : c;
}

}  // namespace breakwater::ingress
