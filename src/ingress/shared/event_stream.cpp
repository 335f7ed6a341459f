#include "event_stream.hpp"

namespace breakwater::ingress {

void set_event_stream_head(HttpResponseHead& head) {
    head.status = 200;
    head.headers.set("content-type", "text/event-stream; charset=utf-8");
    // Proxies between us and the client must neither compress nor collect events.
    head.headers.set("cache-control", "no-cache, no-transform");
    head.headers.set("x-accel-buffering", "no");
}

void append_line(std::string& out, std::string_view json) {
    for (const char c : json) out += c == '\n' || c == '\r' ? ' ' : c;
}

}  // namespace breakwater::ingress
