#pragma once

#include <initializer_list>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "breakwater/ingress/ingress.hpp"
#include "ingress/openai_responses/module.hpp"

namespace breakwater::test {

using nlohmann::json;

inline Result<ChatRequest> decode(const json& body) {
    JsonReader reader;
    std::string text = body.dump();
    Result<ChatRequest> request(std::in_place);
    if (auto done = openai_responses_ingress().decode(text, reader, *request); !done)
        return std::unexpected(std::move(done.error()));
    return request;
}

/// A request that says hi, and the given top-level members.
inline json request_with(const json& members) {
    json body{{"model", "m"}, {"input", "hi"}};
    body.update(members);
    return body;
}

inline ChatRequest decoded(const json& members) {
    Result<ChatRequest> request = decode(request_with(members));
    if (!request) throw std::runtime_error(request.error().message);
    return std::move(*request);
}

/// What is kept of an answer.
struct Kept final : AnswerKeeper {
    void keep(std::string_view text) override { answer = text; }
    std::string answer{};
};

inline EncoderContext context(bool stream, const ChatRequest* request = nullptr, AnswerKeeper* keeper = nullptr) {
    return {.response_id = "resp_abc",
            .created = 1'770'000'000,
            .model = "upstream-model",
            .stream = stream,
            .request = request,
            .keeper = keeper};
}

/// What a client gets for these events.
inline std::string encode(EncoderContext context, std::initializer_list<StreamEvent> events) {
    const std::unique_ptr<ResponseEncoder> encoder = openai_responses_ingress().make_encoder(std::move(context));
    for (const StreamEvent& event : events) encoder->on_event(event);
    return encoder->out();
}

}  // namespace breakwater::test
