#pragma once

#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "breakwater/ingress/ingress.hpp"
#include "ingress/google_generate/module.hpp"

namespace breakwater::test {

using nlohmann::json;

inline Result<ChatRequest> decode(std::string_view body, bool stream = false) {
    JsonReader reader;
    std::string text(body);
    Result<ChatRequest> request(std::in_place);
    request->model = "m";
    request->stream = stream;
    if (auto done = google_generate_ingress().decode(text, reader, *request); !done)
        return std::unexpected(std::move(done.error()));
    return request;
}

/// A request of one question and the given members.
inline json request_with(const json& members) {
    json body{{"contents", {{{"role", "user"}, {"parts", {{{"text", "hi"}}}}}}}};
    body.update(members);
    return body;
}

/// What a client gets for these events; `shown`: it asked for the thoughts.
inline std::string encode(const Ingress& ingress, bool stream, std::initializer_list<StreamEvent> events,
                          bool shown = false) {
    ChatRequest request;
    request.reasoning.shown = shown;
    const std::unique_ptr<ResponseEncoder> encoder = ingress.make_encoder(
        {.response_id = "r1", .created = 1, .model = "upstream-model", .stream = stream, .request = &request});
    for (const StreamEvent& event : events) encoder->on_event(event);
    return encoder->out();
}

inline json encode_whole(std::initializer_list<StreamEvent> events, bool shown = false) {
    return json::parse(encode(google_generate_ingress(), false, events, shown));
}

/// The responses of a stream of events.
inline json encode_stream(std::initializer_list<StreamEvent> events, bool shown = false) {
    std::string text = encode(google_generate_ingress(), true, events, shown);
    json responses = json::array();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find("\n\n", at);
        if (end == std::string::npos || text.compare(at, 6, "data: ") != 0) return json("not a row of events: " + text);
        responses.push_back(json::parse(text.substr(at + 6, end - at - 6)));
        at = end + 2;
    }
    return responses;
}

}  // namespace breakwater::test
