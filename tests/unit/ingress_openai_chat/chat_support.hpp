#pragma once

#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "breakwater/ingress/ingress.hpp"
#include "ingress/openai_chat/module.hpp"

namespace breakwater::test {

using nlohmann::json;

inline std::string read_fixture(std::string_view name) {
    std::ifstream file(std::string(BREAKWATER_FIXTURES "/ingress/openai_chat/").append(name));
    return {std::istreambuf_iterator<char>(file), {}};
}

inline Result<ChatRequest> decode(std::string body, JsonReader& reader) {
    Result<ChatRequest> request(std::in_place);
    if (auto done = openai_chat_ingress().decode(body, reader, *request); !done)
        return std::unexpected(std::move(done.error()));
    return request;
}

inline Result<ChatRequest> decode(std::string_view body) {
    JsonReader reader;
    return decode(std::string(body), reader);
}

/// A request of one user message and the given top-level members.
inline json request_with(const json& members) {
    json body{{"model", "m"}, {"messages", {{{"role", "user"}, {"content", "hi"}}}}};
    body.update(members);
    return body;
}

inline EncoderContext context(bool stream = true, bool include_usage = false, bool legacy_functions = false) {
    return {.response_id = "chatcmpl-1",
            .created = 1'770'000'000,
            .model = "upstream-model",
            .stream = stream,
            .include_usage = include_usage,
            .legacy_functions = legacy_functions};
}

/// What a client gets for these events.
inline std::string encode(EncoderContext context, std::initializer_list<StreamEvent> events) {
    const std::unique_ptr<ResponseEncoder> encoder = openai_chat_ingress().make_encoder(std::move(context));
    for (const StreamEvent& event : events) encoder->on_event(event);
    return encoder->out();
}

}  // namespace breakwater::test
