#pragma once

#include <cstdlib>
#include <string_view>

#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/sse_parser.hpp"

namespace breakwater {

// What holds of bytes that the gateway sends, whatever it was sent; else the target ends.

inline constexpr std::size_t kDepthMax = 1024;

inline void expect_object(std::string_view text) {
    static JsonReader reader;
    const Result<JsonReader::Element> root = reader.parse(text, kDepthMax);
    if (!root || !root->is_object() || find_duplicate_key(*root)) std::abort();
}

/// Nothing but events that are one JSON object, an end mark, and comments.
inline void expect_events(std::string_view text) {
    /// One data field each.
    class Events final : public SseHandler {
    public:
        Result<void> on_sse(const SseEvent& event) override {
            if (event.data != "[DONE]") expect_object(event.data);
            return {};
        }
    };
    SseParser parser;
    Events events;
    if (!text.empty() && !text.ends_with("\n\n")) std::abort();
    if (!parser.feed(text, events) || !parser.finish(events)) std::abort();
}

/// A path and headers that can be sent.
inline void expect_head(const HttpRequest& http) {
    if (!http.target.starts_with('/')) std::abort();
    for (const auto& [name, value] : http.headers.fields()) {
        if (!is_header_name(name) || !is_header_value(value)) std::abort();
    }
}

}  // namespace breakwater
