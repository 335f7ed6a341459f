#pragma once

#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/ingress/ingress.hpp"
#include "ingress/anthropic_messages/module.hpp"

namespace breakwater::test {

using nlohmann::json;

inline Result<ChatRequest> decode(std::string body) {
    JsonReader reader;
    Result<ChatRequest> request(std::in_place);
    if (auto done = anthropic_messages_ingress().decode(body, reader, *request); !done)
        return std::unexpected(std::move(done.error()));
    return request;
}

/// A request of one user message and the given top-level members.
inline json request_with(const json& members) {
    json body{{"model", "m"}, {"max_tokens", 64}, {"messages", {{{"role", "user"}, {"content", "hi"}}}}};
    body.update(members);
    return body;
}

/// The same with these messages.
inline Result<ChatRequest> decode_messages(const json& messages) {
    return decode(request_with({{"messages", messages}}).dump());
}

inline EncoderContext context(bool stream, const ChatRequest* request = nullptr) {
    return {.response_id = "msg_1", .created = 1'770'000'000, .model = "m-1", .stream = stream, .request = request};
}

/// What a client gets for these events.
inline std::string encode(EncoderContext context, std::initializer_list<StreamEvent> events) {
    const std::unique_ptr<ResponseEncoder> encoder = anthropic_messages_ingress().make_encoder(std::move(context));
    for (const StreamEvent& event : events) encoder->on_event(event);
    return encoder->out();
}

/// The events of a stream, whose names must be their types.
inline std::vector<json> events_of(std::string_view text) {
    std::vector<json> events;
    while (!text.empty()) {
        const std::size_t end = text.find("\n\n");
        const std::string_view event = text.substr(0, end);
        const std::size_t line = event.find("\ndata: ");
        if (end == std::string_view::npos || !event.starts_with("event: ") || line == std::string_view::npos) {
            events.push_back({{"type", "no event"}, {"text", event}});
            return events;
        }
        json data = json::parse(event.substr(line + 7), nullptr, false);
        if (data.value("type", "") != event.substr(7, line - 7)) data = {{"type", "another name"}, {"text", event}};
        events.push_back(std::move(data));
        text.remove_prefix(end + 2);
    }
    return events;
}

}  // namespace breakwater::test
